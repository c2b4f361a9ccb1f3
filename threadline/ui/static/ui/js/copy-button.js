// <copy-button value="…"> around a button[data-done="Copied"]: copies the value and says so for two seconds.
customElements.define("copy-button", class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || this.ready) return;
    this.ready = true;
    button.hidden = false;
    button.addEventListener("click", () => this.copy(button));
  }

  async copy(button) {
    const value = this.getAttribute("value");
    try { await navigator.clipboard.writeText(value); } catch { if (!this.byHand(value)) return; }
    const words = button.querySelector("span") ?? button;
    const before = words.textContent;
    if (this.hasAttribute("data-done")) return;
    words.textContent = button.dataset.done;
    this.setAttribute("data-done", "");
    setTimeout(() => { words.textContent = before; this.removeAttribute("data-done"); }, 2000);
  }

  // Plain http on another machine has no clipboard interface.
  byHand(value) {
    const field = document.createElement("textarea");
    field.value = value;
    field.className = "visually-hidden";
    this.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
});
