// <message-composer [feed="#feed"] [draft="/url"]> around a form with textarea[name=body], input[name=token] and a submit button.
// Enter sends, Shift-Enter breaks. One token per text: the same text twice is one message. <template> is the bubble drawn at once
// ([data-slot=body] gets the text); text comes back when sending fails. Drafts are PUT to `draft`. Fires composer:sent.
const coarse = matchMedia("(pointer: coarse)");
const csrf = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
customElements.define("message-composer", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.text = this.form?.querySelector("textarea[name=body]");
    if (!this.text) return;
    this.token = this.form.elements.namedItem("token");
    if (this.token && !this.token.value) this.renew();
    this.saved = this.text.value;
    this.text.addEventListener("keydown", (event) => this.press(event));
    this.text.addEventListener("input", () => { this.grow(); this.later(); });
    this.form.addEventListener("submit", (event) => this.submit(event), { capture: true });
    this.form.addEventListener("htmx:beforeRequest", (event) => { if (event.target === this.form) this.sending(); });
    this.leave = () => this.keep(true);
    addEventListener("pagehide", this.leave);
    this.grow();
  }

  disconnectedCallback() { removeEventListener("pagehide", this.leave); this.keep(true); }

  press(event) {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.altKey) return;
    if (coarse.matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    if (!event.repeat) this.form.requestSubmit();
  }

  submit(event) {
    const files = this.form.querySelector("attach-files input:checked") || [...this.form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
    const again = this.form.classList.contains("htmx-request");
    if (again || (!this.text.value.trim() && !files)) { event.preventDefault(); event.stopImmediatePropagation(); this.text.focus(); }
  }

  // htmx has read the values: draw the bubble, empty the box, and watch how the request ends.
  sending() {
    const body = this.text.value;
    const bubble = this.draw(body, this.token?.value);
    const form = this.form;
    const done = (event) => {
      if (event.target !== form) return;
      form.removeEventListener("htmx:afterRequest", done);
      if (event.detail.successful) { this.dispatchEvent(new CustomEvent("composer:sent", { bubbles: true })); return; }
      bubble?.remove();
      if (!this.isConnected || this.text.value.trim()) return;
      this.fill(body);
      this.querySelector("[data-failed]")?.removeAttribute("hidden");
    };
    form.addEventListener("htmx:afterRequest", done);
    this.querySelector("[data-failed]")?.setAttribute("hidden", "");
    queueMicrotask(() => { this.fill(""); this.renew(); });
  }

  draw(body, token) {
    const template = this.querySelector("template");
    const feed = document.querySelector(this.getAttribute("feed"));
    if (!template || !feed) return null;
    const bubble = template.content.firstElementChild.cloneNode(true);
    bubble.dataset.pending = token ?? "";
    bubble.setAttribute("data-mine", "");
    bubble.querySelector("[data-slot=body]").textContent = body.trim() ? body : "📎";
    feed.append(bubble);
    return bubble;
  }

  fill(body) { this.text.value = body; this.text.dispatchEvent(new Event("input", { bubbles: true })); }
  renew() { if (this.token) this.token.value = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`; }
  grow() { if (!CSS.supports("field-sizing", "content")) { this.text.style.height = "auto"; this.text.style.height = `${this.text.scrollHeight}px`; } }
  later() { clearTimeout(this.timer); this.timer = setTimeout(() => this.keep(), 600); }

  keep(leaving = false, body = this.text?.value) {
    clearTimeout(this.timer); // an empty box is saved too: the draft is gone
    if (!this.hasAttribute("draft") || body === undefined || body === this.saved) return;
    this.saved = body;
    fetch(this.getAttribute("draft"), { method: "PUT", headers: { ...csrf(), "Content-Type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ body }), keepalive: leaving });
  }
});
