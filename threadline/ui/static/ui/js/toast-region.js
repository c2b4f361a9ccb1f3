// <toast-region>: shows .toast elements and lets them go after six seconds (errors stay). Also from the server by HX-Trigger
// {"toast": {"text": "Saved", "kind": "good", "about": "cmp_…"}}, and by itself when a request fails (422 brings its own words).
// One that is about the same thing takes the place of the older: they would contradict each other.
const LIFE = 6000;

customElements.define("toast-region", class extends HTMLElement {
  connectedCallback() {
    this.stopping = new AbortController();
    const on = (name, act) => document.body.addEventListener(name, act, { signal: this.stopping.signal });
    on("toast", ({ detail }) => this.add(detail.text ?? detail.value, detail.kind ?? "good", detail.about));
    on("htmx:sendError", () => this.add(this.dataset.sendError, "bad"));
    on("htmx:responseError", ({ detail }) => { if (detail.xhr.status !== 422) this.add(this.words(detail.xhr.status), "bad"); });
    this.addEventListener("click", (event) => { if (event.target.closest(".toast-close")) this.leave(event.target.closest(".toast")); });
    this.querySelectorAll(".toast").forEach((toast) => this.time(toast));
  }

  disconnectedCallback() { this.stopping.abort(); }

  words(status) { return this.dataset[`status${status}`] ?? this.dataset.statusElse; }

  add(text, kind, about) {
    if (!text || [...this.querySelectorAll(".toast span")].some((span) => span.textContent === text)) return;
    if (about) [...this.querySelectorAll(".toast[data-about]")].filter((toast) => toast.dataset.about === about).forEach((toast) => toast.remove());
    const toast = this.querySelector("template").content.firstElementChild.cloneNode(true);
    toast.className = `toast toast-${kind}`;
    toast.querySelector("span").textContent = text;
    if (about) toast.dataset.about = about;
    this.append(toast);
    this.time(toast);
  }

  time(toast) {
    if (toast.matches(".toast-bad")) return;
    const start = () => { toast.timer = setTimeout(() => this.leave(toast), LIFE); };
    toast.addEventListener("pointerenter", () => clearTimeout(toast.timer));
    toast.addEventListener("pointerleave", start);
    start();
  }

  leave(toast) {
    toast.setAttribute("data-leaving", "");
    setTimeout(() => toast.remove(), 250);
  }
});
