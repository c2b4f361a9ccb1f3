// <step-editor> around the settings form: adds and removes steps in place, puts placeholders where the caret is, empties the
// window, and warns before what was typed is left behind. Without scripts the same buttons post.
customElements.define("step-editor", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.list = this.querySelector("[data-steps]");
    this.blank = this.querySelector("template[data-step]");
    this.form.addEventListener("click", (event) => this.click(event));
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("change", (event) => { if (event.target.name !== "as") this.changed(); });
    this.form.addEventListener("focusin", ({ target }) => { if (target.name === "step_body") this.last = target; });
    this.form.addEventListener("submit", () => { this.dirty = false; });
    this.leaving = (event) => { if (this.dirty) event.preventDefault(); };
    window.addEventListener("beforeunload", this.leaving);
    if (document.querySelector(".form-errors")) this.changed();
  }

  disconnectedCallback() { window.removeEventListener("beforeunload", this.leaving); }

  changed() {
    this.dirty = true;
    const mark = this.form.querySelector("[data-unsaved]");
    if (mark) mark.hidden = false;
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-insert]")) this.insert(button.dataset.insert);
    else if (button.matches("[data-add]")) { event.preventDefault(); this.add(); }
    else if (button.matches("[data-remove]")) { event.preventDefault(); this.remove(button.closest("li")); }
    else if (button.matches("[data-anytime]")) {
      event.preventDefault();
      this.form.querySelectorAll("[type=time]").forEach((field) => { field.value = ""; });
      this.tell();
    }
  }

  add() {
    this.serial = (this.serial ?? 100) + 1; // ids of their own, whatever is removed
    const step = this.blank.content.firstElementChild.cloneNode(true);
    for (const name of ["id", "for"]) step.querySelectorAll(`[${name}$="-0"]`).forEach((node) => node.setAttribute(name, node.getAttribute(name).replace(/0$/, this.serial)));
    this.list.append(step);
    this.number();
    step.querySelector("textarea").focus();
    this.tell();
  }

  remove(step) {
    const near = step.nextElementSibling ?? step.previousElementSibling;
    step.remove();
    this.number();
    (near?.querySelector("textarea") ?? this.form.querySelector("[data-add]")).focus();
    this.tell();
  }

  number() {
    [...this.list.children].forEach((step, index) => {
      for (const key of ["title", "label"]) {
        const node = step.querySelector(`[data-${key}]`);
        node.textContent = node.dataset[key].replace("{n}", index + 1);
      }
      const button = step.querySelector("[data-remove]");
      button.value = `remove:${index}`;
      button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/\d+/, index + 1));
    });
  }

  insert(text) {
    const field = this.last?.isConnected ? this.last : this.list.querySelector("li:last-child textarea");
    if (!field) return;
    field.focus();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    this.tell(field);
  }

  tell(field = this.form) { field.dispatchEvent(new Event("input", { bubbles: true })); }
});
