// <chip-picker> around [data-chips] and options: a button[name=add] puts the chip of its <template> there, pressed again it takes
// it away, as the chip's own button[name=drop] does. Enter in the search picks the first that was found. Both kinds of buttons
// say what they mean in their value; without this script they submit the form and the page comes back changed.
customElements.define("chip-picker", class extends HTMLElement {
  connectedCallback() {
    this.chips = this.querySelector("[data-chips]");
    if (!this.chips) return;
    this.stopping = new AbortController();
    const on = (name, act) => this.addEventListener(name, act, { signal: this.stopping.signal });
    on("click", (event) => this.click(event));
    on("keydown", (event) => this.press(event));
    on("htmx:afterSettle", () => this.mark());
    this.mark();
  }

  disconnectedCallback() { this.stopping?.abort(); }

  click(event) {
    const button = event.target.closest("button[name=add], button[name=drop]");
    if (!button) return;
    event.preventDefault();
    const chip = this.chip(button.value);
    if (chip) this.drop(chip, button);
    else this.chips.append(button.querySelector("template").content.cloneNode(true));
    this.mark();
    this.dispatchEvent(new Event("input", { bubbles: true })); // something was done that a click outside should not lose
  }

  // The focus goes where the eye is: to the next chip, else to the box for numbers.
  drop(chip, button) {
    const next = (chip.nextElementSibling ?? chip.previousElementSibling)?.querySelector("button") ?? this.querySelector("textarea");
    chip.remove();
    if (button.name === "drop") next?.focus();
  }

  press(event) {
    if (event.key !== "Enter" || event.isComposing || event.target.type !== "search") return;
    event.preventDefault();
    this.querySelector("button[name=add][aria-pressed=false]")?.click();
  }

  chip(value) { return this.chips.querySelector(`button[name=drop][value="${CSS.escape(value)}"]`)?.closest("li"); }

  mark() {
    for (const option of this.querySelectorAll("button[name=add]")) option.ariaPressed = String(Boolean(this.chip(option.value)));
  }
});
