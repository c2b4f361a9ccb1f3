// <hot-keys>: a key presses the visible element with the same data-key ("c", "/", "g i"); j and k walk the links of [data-walk];
// ? opens the list of shortcuts (the dialog inside). Never while someone types, and never with Ctrl, Alt or Cmd but Ctrl-K = "/".
const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");
const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

customElements.define("hot-keys", class extends HTMLElement {
  connectedCallback() {
    this.stopping = new AbortController();
    document.addEventListener("keydown", (event) => this.press(event), { signal: this.stopping.signal });
    document.addEventListener("click", (event) => {
      const opener = event.target.closest("[data-opens]");
      if (opener) { document.querySelector("[popover]:popover-open")?.hidePopover(); document.getElementById(opener.dataset.opens)?.showModal(); }
    }, { signal: this.stopping.signal });
  }

  disconnectedCallback() { this.stopping.abort(); }

  press(event) {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    if (event.key === "Escape" && typing(event.target) && !document.querySelector("dialog[open]")) { event.target.blur(); return; }
    const search = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if (!search && (event.ctrlKey || event.metaKey || typing(event.target))) return;
    if (document.querySelector("dialog[open], :popover-open")) return;
    const key = search ? "/" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const done = this.act(this.before && Date.now() - this.before.at < 1200 ? `${this.before.key} ${key}` : key) || this.act(key);
    this.before = done ? null : { key, at: Date.now() };
    if (done) event.preventDefault();
  }

  act(key) {
    if (key === "?") { this.querySelector("dialog").showModal(); return true; }
    if (key === "j" || key === "k") return this.walk(key === "j" ? 1 : -1);
    const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(visible);
    if (!target) return false;
    target.focus();
    if (target.matches("input, textarea, select")) target.select?.(); else target.click();
    return true;
  }

  walk(step) {
    const links = [...document.querySelectorAll("[data-walk] a[href]")].filter(visible);
    if (!links.length) return false;
    const now = links.findIndex((link) => link === document.activeElement || link.closest("[aria-current]"));
    const next = links[Math.max(0, Math.min(links.length - 1, now + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    if (next.closest("[data-walk]").dataset.walk === "open") next.click();
    return true;
  }
});
