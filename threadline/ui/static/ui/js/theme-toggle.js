// <theme-toggle data-labels="System|Light|Dark">: steps through system, light and dark; remembered per browser.
const THEMES = ["", "light", "dark"];

customElements.define("theme-toggle", class extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.setAttribute("role", "button");
    this.tabIndex = 0;
    this.addEventListener("click", () => this.step());
    this.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.step(); }
    });
    this.show();
  }

  step() {
    const next = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length];
    if (next) document.documentElement.dataset.theme = next;
    else delete document.documentElement.dataset.theme;
    try { localStorage.setItem("threadline-theme", next); } catch { /* not remembered */ }
    this.show();
  }

  show() {
    const label = this.querySelector("span");
    if (label) label.textContent = this.dataset.labels.split("|")[THEMES.indexOf(this.theme)];
  }

  get theme() { return document.documentElement.dataset.theme ?? ""; }
});
