// <live-stream src="/live" scope="ws_…" [since="123"]>: one event stream for all tabs of this browser (HTTP/1.1 allows six).
// The tab that holds the lock reads it and passes hints on. On document.body it fires live:<subject> (live:conv_…, live:cmp_…)
// and for conversations live:inbox (detail {subject, conversation, event}), live:refresh (ask for everything newer: after a
// gap, or on waking), live:online, live:offline.
const AWAY = 60000;

customElements.define("live-stream", class extends HTMLElement {
  connectedCallback() {
    if (!this.getAttribute("scope")) return;
    this.since = Number(this.getAttribute("since")) || 0;
    this.stopping = new AbortController();
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.stopping.signal });
    const name = `threadline-live:${this.getAttribute("scope")}`;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
    if (this.channel) this.channel.onmessage = ({ data }) => this.receive(data);
    on(document, "visibilitychange", () => this.wake());
    on(window, "pagehide", () => this.close());
    on(window, "pageshow", (event) => { if (event.persisted) { this.lead(name); this.fire("refresh"); } });
    on(window, "online", () => { if (this.open) this.listen(); });
    on(window, "offline", () => this.say({ state: "offline" }));
    this.lead(name);
    if (!this.open) this.channel?.postMessage({ hello: true });
  }

  disconnectedCallback() { this.close(); this.stopping?.abort(); this.channel?.close(); }

  lead(name) {
    const hold = () => new Promise((release) => { this.release = release; this.open = true; this.listen(); });
    if (!navigator.locks || !this.channel) { hold(); return; }
    this.waiting = new AbortController();
    navigator.locks.request(name, { signal: this.waiting.signal }, hold).catch(() => {});
  }

  listen() {
    this.source?.close();
    clearTimeout(this.retry);
    const url = new URL(this.getAttribute("src"), location.href);
    if (this.since) url.searchParams.set("since", this.since);
    this.source = new EventSource(url);
    this.source.onopen = () => { this.say({ state: "online", gap: !this.since || this.tries > 0 }); this.tries = 0; };
    this.source.addEventListener("hint", ({ data }) => this.say(JSON.parse(data)));
    // The browser would come back to the same address: come back ourselves, with what we have seen since.
    this.source.onerror = () => {
      this.source.close();
      this.tries = (this.tries || 0) + 1;
      if (this.tries === 2) this.say({ state: "offline" });
      this.retry = setTimeout(() => this.listen(), Math.min(15000, 500 * 2 ** this.tries) * (0.7 + Math.random() * 0.6));
    };
  }

  close() { this.open = false; this.source?.close(); clearTimeout(this.retry); this.waiting?.abort(); this.release?.(); }

  say(data) { this.channel?.postMessage(data); this.receive(data); }

  receive(data) {
    if (data.hello) { if (this.open) this.channel.postMessage({ state: "online", event: this.since }); return; }
    const missed = data.gap || data.event > this.since;
    if (data.event) this.since = Math.max(this.since, data.event);
    if (data.state) {
      document.documentElement.toggleAttribute("data-offline", data.state === "offline");
      this.fire(data.state);
      if (missed) this.fire("refresh");
    } else {
      if (data.subject) this.fire(data.subject, data);
      if (data.conversation) this.fire("inbox", data);
      if (!data.subject) this.fire("refresh");
    }
  }

  wake() {
    if (document.hidden) this.hidAt = Date.now();
    else if (this.hidAt && Date.now() - this.hidAt > AWAY) this.fire("refresh");
  }

  fire(name, detail = {}) { document.body.dispatchEvent(new CustomEvent(`live:${name}`, { detail })); }
});
