// <emoji-grid> around a popover of emoji buttons: arrow keys walk through them as they stand, choosing one closes it.
customElements.define("emoji-grid", class extends HTMLElement {
  connectedCallback() {
    this.picker = this.querySelector("[popover]");
    this.buttons = [...this.querySelectorAll("[data-insert]")];
    this.walk(this.buttons[0], false);
    this.picker.addEventListener("toggle", ({ newState }) => { if (newState === "open") this.walk(this.buttons[0], true); });
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("click", ({ target }) => { if (target.closest("[data-insert]")) this.picker.hidePopover(); });
  }

  key(event) {
    const here = this.buttons.indexOf(document.activeElement);
    const top = this.buttons[0].offsetTop;
    const columns = this.buttons.filter((button) => button.offsetTop === top).length;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -here, End: this.buttons.length - 1 - here };
    if (here < 0 || !(event.key in steps)) return;
    event.preventDefault();
    this.walk(this.buttons[here + steps[event.key]] ?? this.buttons[here], true);
  }

  walk(to, focus) {
    this.buttons.forEach((button) => { button.tabIndex = button === to ? 0 : -1; });
    if (focus) to.focus();
  }
});
