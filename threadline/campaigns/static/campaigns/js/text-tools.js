// <text-tools> around the settings form: [data-insert] puts its words where the caret was in a message, [data-suggest] fills
// the opt-out line. [data-emoji] in a step says that the picker writes there.
customElements.define("text-tools", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("focusin", ({ target }) => { if (target.name === "step_body") this.last = target; });
    this.addEventListener("click", ({ target }) => this.click(target.closest("button")));
  }

  click(button) {
    if (!button) return;
    if (button.matches("[data-emoji]")) this.take(button.closest("li").querySelector("textarea"));
    else if (button.matches("[data-insert]")) this.insert(button.dataset.insert);
    else if (button.matches("[data-suggest]")) {
      const line = this.querySelector("[name=opt_out_line]");
      line.value = button.dataset.suggest;
      line.focus();
      this.tell(line);
    }
  }

  take(field) { // where its caret was; at the end of one that nobody has written in yet
    if (field !== this.last) field.setSelectionRange(field.value.length, field.value.length);
    this.last = field;
  }

  insert(text) {
    const field = this.last?.isConnected ? this.last : this.querySelector("[data-steps] li:last-child textarea");
    if (!field) return;
    field.focus();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    this.tell(field);
  }

  tell(field) { field.dispatchEvent(new Event("input", { bubbles: true })); }
});
