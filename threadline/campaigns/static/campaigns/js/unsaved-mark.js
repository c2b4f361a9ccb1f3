// <unsaved-mark> around a form: shows its [data-unsaved] once something was changed, and warns before that is left behind.
customElements.define("unsaved-mark", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", () => this.changed());
    this.addEventListener("change", (event) => { if (event.target.name !== "as") this.changed(); });
    this.addEventListener("attachments:changed", ({ target }) => { target.dispatchEvent(new Event("input", { bubbles: true })); });
    this.addEventListener("submit", () => { this.dirty = false; });
    this.leaving = (event) => { if (this.dirty) event.preventDefault(); };
    window.addEventListener("beforeunload", this.leaving);
    if (document.querySelector(".form-errors")) this.changed();
  }

  disconnectedCallback() { window.removeEventListener("beforeunload", this.leaving); }

  changed() {
    this.dirty = true;
    const mark = this.querySelector("[data-unsaved]");
    if (mark) mark.hidden = false;
  }
});
