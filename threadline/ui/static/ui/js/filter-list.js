// <filter-list [wait="250"]> around a GET form: submits it a moment after typing stops and at once when a choice changes.
// With htmx on the form the list alone is replaced; without, the page. Its own submit button can then be .no-js-only.
customElements.define("filter-list", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    if (!this.form || this.ready) return;
    this.ready = true;
    this.form.addEventListener("input", (event) => {
      if (event.target.matches("input:not([type=checkbox], [type=radio])")) this.soon(Number(this.getAttribute("wait")) || 250);
    });
    this.form.addEventListener("change", (event) => {
      if (event.target.matches("select, [type=checkbox], [type=radio], [type=date]")) this.soon(0);
    });
    this.form.addEventListener("submit", () => clearTimeout(this.timer));
  }

  disconnectedCallback() { clearTimeout(this.timer); }

  soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.form.requestSubmit(), wait);
  }
});
