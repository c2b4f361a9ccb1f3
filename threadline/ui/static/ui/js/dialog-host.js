// <dialog-host id="dialog">: target of hx-get; a <dialog> swapped into it opens as a modal, and is thrown away when it closes.
// A click outside closes it, unless something was typed. The event dialog:close (HX-Trigger) closes it from the server.
customElements.define("dialog-host", class extends HTMLElement {
  connectedCallback() {
    this.observer = new MutationObserver(() => this.show());
    this.observer.observe(this, { childList: true });
    this.end = () => this.querySelector("dialog[open]")?.close();
    document.body.addEventListener("dialog:close", this.end);
    this.addEventListener("click", (event) => this.click(event));
    this.addEventListener("input", () => { this.typed = true; });
    this.show();
  }

  disconnectedCallback() { this.observer.disconnect(); document.body.removeEventListener("dialog:close", this.end); }

  show() {
    const dialog = this.querySelector("dialog");
    if (!dialog || dialog.open) return;
    this.back = document.activeElement;
    this.typed = false;
    dialog.addEventListener("close", () => {
      const wait = Math.max(0, ...dialog.getAnimations().map((animation) => animation.effect.getComputedTiming().endTime ?? 0));
      setTimeout(() => { if (!dialog.open) dialog.remove(); }, wait);
      this.back?.isConnected && this.back.focus();
      document.body.dispatchEvent(new CustomEvent("dialog:closed"));
    }, { once: true });
    dialog.showModal();
    (dialog.querySelector("[autofocus]") ?? dialog.querySelector("input:not([type=hidden]), textarea, select"))?.focus();
  }

  click(event) {
    const dialog = event.target.closest("dialog");
    if (event.target.closest("[data-close]")) { event.preventDefault(); dialog?.close(); return; }
    if (event.target !== dialog || this.typed) return;
    const box = dialog.getBoundingClientRect();
    if (event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom) dialog.close();
  }
});
