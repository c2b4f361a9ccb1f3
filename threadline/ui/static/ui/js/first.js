// Runs before the first paint: marks that scripts work, and applies the chosen theme.
document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("threadline-theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* storage is blocked: follow the system */ }
