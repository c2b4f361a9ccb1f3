// <stick-to-bottom> around a .thread-scroll with a .thread-feed: stays at the newest text while you are there, holds still while
// you read above, counts what is new in its .thread-pill, and keeps one node per id: a fresh copy takes the old one's place.
// A bubble with data-token replaces the optimistic bubble of the same token. data-new="{n} new" words the pill.
const NEAR = 48;

customElements.define("stick-to-bottom", class extends HTMLElement {
  connectedCallback() {
    this.scroller = this.querySelector(".thread-scroll");
    this.feed = this.querySelector(".thread-feed");
    this.pill = this.querySelector(".thread-pill");
    if (!this.scroller || !this.feed) return;
    this.fresh = 0;
    this.stuck = true;
    this.observer = new MutationObserver((records) => this.change(records));
    this.observer.observe(this.feed, { childList: true });
    this.resize = new ResizeObserver(() => (this.stuck ? this.toBottom() : this.hold())); // pictures above finish loading
    this.resize.observe(this.feed);
    this.resize.observe(this.scroller);
    this.scroller.addEventListener("scroll", () => this.note(), { passive: true });
    this.pill?.addEventListener("click", () => this.toBottom(true));
    this.toBottom();
    requestAnimationFrame(() => this.anchor());
  }

  disconnectedCallback() { this.observer?.disconnect(); this.resize?.disconnect(); }

  get atBottom() { return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR; }

  note() { this.stuck = this.atBottom; if (this.stuck) this.count(0); this.anchor(); }

  // Remember what is at the top edge, so that nothing jumps when something is added above it.
  anchor() {
    const edge = this.scroller.getBoundingClientRect().top;
    const node = [...this.feed.querySelectorAll(":scope > .bubble")].find((child) => child.getBoundingClientRect().bottom > edge + 1);
    this.held = node && { node, top: node.getBoundingClientRect().top };
  }

  hold() {
    if (this.held?.node.isConnected) this.scroller.scrollTop += this.held.node.getBoundingClientRect().top - this.held.top;
  }

  change(records) {
    const added = records.flatMap((record) => [...record.addedNodes]).filter((node) => node.nodeType === 1 && node.isConnected);
    const arrived = added.filter((node) => this.settle(node));
    const last = this.feed.lastElementChild;
    if (this.stuck || arrived.some((node) => node.hasAttribute("data-mine"))) this.toBottom();
    else this.hold();
    const below = arrived.filter((node) => node.matches(".bubble") && (node === last || node.compareDocumentPosition(this.held?.node ?? node) & 2));
    below.forEach((node) => node.setAttribute("data-arrived", ""));
    if (!this.stuck) this.count(this.fresh + below.filter((node) => !node.hasAttribute("data-mine")).length);
    this.anchor();
    this.observer.takeRecords();
  }

  // True when the node is really new here.
  settle(node) {
    if (node.dataset.token) this.feed.querySelectorAll(`[data-pending="${CSS.escape(node.dataset.token)}"]`).forEach((old) => old !== node && old.remove());
    const [first, ...others] = node.id ? this.feed.querySelectorAll(`[id="${CSS.escape(node.id)}"]`) : [];
    if (!others.length) return true;
    if (node.matches(".day")) others.forEach((other) => other.remove());
    else if (node === first) others.forEach((other) => other.remove());
    else { if (this.held?.node === first) this.held.node = node; first.replaceWith(node); }
    return false;
  }

  count(number) {
    this.fresh = number;
    if (!this.pill) return;
    this.pill.hidden = this.stuck || !number;
    const words = this.pill.querySelector("span");
    if (words && number) words.textContent = (this.dataset.new ?? "{n}").replace("{n}", number);
  }

  toBottom(smooth = false) {
    this.stuck = true;
    this.count(0);
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }
});
