// <conversation-list> around the list: the row of the conversation that is open is the current one, wherever it was opened
// from; and who opens one with a mouse or Enter can type at once.
// The server draws day separators: tell it where the viewer's midnight is.
document.cookie = `tz=${Intl.DateTimeFormat().resolvedOptions().timeZone}; path=/; max-age=31536000; samesite=lax`;

const desk = matchMedia("(min-width: 48rem) and (pointer: fine)");

customElements.define("conversation-list", class extends HTMLElement {
  connectedCallback() {
    this.stopping = new AbortController();
    const on = (name, act) => document.body.addEventListener(name, act, { signal: this.stopping.signal });
    on("htmx:afterSettle", (event) => { this.mark(); if (event.target.id === "thread") this.opened(event); });
    on("htmx:pushedIntoHistory", () => this.mark());
    this.mark();
  }

  disconnectedCallback() { this.stopping.abort(); }

  mark() {
    const open = document.getElementById("thread")?.dataset.conversation;
    this.querySelectorAll("[aria-current]").forEach((link) => { if (link.closest("li")?.id !== `row-${open}`) link.removeAttribute("aria-current"); });
    if (open) document.getElementById(`row-${open}`)?.querySelector("a")?.setAttribute("aria-current", "page");
  }

  opened() {
    if (desk.matches && !document.querySelector("dialog[open]")) document.getElementById("composer-body")?.focus({ preventScroll: true });
  }
});
