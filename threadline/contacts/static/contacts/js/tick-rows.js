// <tick-rows [data-more]> around a form with a table: its [data-all] box ticks every row, [data-count] says how many are
// ticked, and with data-more "everybody who matches" is offered once all that are shown are ticked.
customElements.define("tick-rows", class extends HTMLElement {
  connectedCallback() {
    this.all = this.querySelector("[data-all]");
    if (!this.all) return;
    this.addEventListener("change", (event) => {
      if (event.target === this.all) this.rows.forEach((row) => { row.checked = this.all.checked; });
      if (event.target.name === "person" || event.target === this.all) this.show();
    });
    this.addEventListener("htmx:afterSettle", () => this.show());
    this.show(); // the browser may have kept ticks over a reload
  }

  get rows() { return [...this.querySelectorAll("tbody input[name=person]")]; }

  show() {
    const rows = this.rows, ticked = rows.filter((row) => row.checked).length;
    const whole = ticked === rows.length && ticked > 0;
    this.all.checked = whole;
    this.all.indeterminate = ticked > 0 && !whole;
    const everybody = this.querySelector("[name=everybody]");
    if (everybody) {
      const offered = whole || !this.all.offsetParent; // phones have no box for all
      everybody.closest("label").hidden = !offered;
      if (!offered) everybody.checked = false;
    }
    const count = this.querySelector("[data-count]");
    this.words ??= count.textContent;
    count.textContent = ticked ? `${this.words}: ${ticked.toLocaleString()}` : this.words;
  }
});
