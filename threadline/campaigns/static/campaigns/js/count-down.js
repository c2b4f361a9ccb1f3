// <count-down until="…"> says how many seconds are left, and asks for the page anew when there are none. Without scripts it
// is empty: the moment stands beside it.
customElements.define("count-down", class extends HTMLElement {
  connectedCallback() {
    this.until = Date.parse(this.getAttribute("until"));
    this.timer = setInterval(() => this.tick(), 250);
    this.tick();
  }

  disconnectedCallback() { clearInterval(this.timer); }

  tick() {
    const left = Math.max(0, Math.ceil((this.until - Date.now()) / 1000));
    if (left !== this.left) this.textContent = left ? ` (${(left === 1 ? this.dataset.one : this.dataset.many).replace("{n}", left)})` : "";
    this.left = left;
    if (left) return;
    clearInterval(this.timer);
    document.body.dispatchEvent(new CustomEvent("live:refresh"));
  }
});
