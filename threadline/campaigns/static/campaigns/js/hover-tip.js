// <hover-tip> around something and its [role=tooltip], which the style sheet shows while it is pointed at or focused:
// Escape puts the tooltip away until that ends.
customElements.define("hover-tip", class extends HTMLElement {
  connectedCallback() {
    this.away = new AbortController();
    const { signal } = this.away;
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.matches(":hover, :focus-within")) this.toggleAttribute("data-away", true);
    }, { signal });
    for (const end of ["pointerleave", "focusout"]) {
      this.addEventListener(end, () => this.removeAttribute("data-away"), { signal });
    }
  }

  disconnectedCallback() { this.away.abort(); }
});
