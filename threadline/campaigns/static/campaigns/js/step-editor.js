// <step-editor> around the settings form: adds, inserts, moves and removes steps in place, and returns to 24/7. Without
// scripts the same buttons post. New steps are copies of template[data-step], each with a key of its own.
customElements.define("step-editor", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.list = this.querySelector("[data-steps]");
    this.blank = this.querySelector("template[data-step]");
    this.form.addEventListener("click", (event) => this.click(event));
    this.form.addEventListener("change", () => this.how());
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const step = button.closest("li.step-edit");
    const acts = {
      "[data-add]": () => this.add(null),
      "[data-put]": () => this.add(step),
      "[data-remove-step]": () => this.remove(step),
      "[data-up]": () => this.move(step, step.previousElementSibling, button),
      "[data-down]": () => this.move(step.nextElementSibling, step, button),
      "[data-first]": () => this.first(button.dataset.first),
      "[data-anytime]": () => this.anytime(),
    };
    const name = Object.keys(acts).find((selector) => button.matches(selector));
    if (!name) return;
    event.preventDefault();
    acts[name]();
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  add(before) {
    this.serial = (this.serial ?? 0) + 1; // keys of their own, whatever is removed
    const holder = document.createElement("template");
    holder.innerHTML = this.blank.innerHTML.replaceAll("newkey", `s${this.serial}`);
    const step = holder.content.firstElementChild;
    this.list.insertBefore(step, before);
    this.number();
    step.querySelector("textarea").focus();
  }

  remove(step) {
    const near = step.nextElementSibling ?? step.previousElementSibling;
    step.remove();
    this.number();
    (near?.querySelector("textarea") ?? this.form.querySelector("[data-add]")).focus();
  }

  move(lower, upper, button) {
    upper.before(lower);
    this.number();
    (button.disabled ? button.closest("li").querySelector("textarea") : button).focus();
  }

  first(timing) {
    const choice = this.list.querySelector("[data-timing-choice]");
    if (choice && (choice.value === "after") !== (timing === "after")) choice.value = timing;
    this.how();
  }

  anytime() {
    const fields = this.form.querySelectorAll("#window_start, #window_end");
    fields.forEach((field) => { field.value = ""; field.removeAttribute("aria-invalid"); field.removeAttribute("aria-describedby"); });
    this.form.querySelectorAll("[name=window_days]").forEach((day) => { day.checked = true; });
    this.form.querySelectorAll("#start-error, #end-error, #days-error").forEach((sentence) => sentence.remove());
  }

  how() {
    const atDate = this.list.querySelector("[data-timing-choice]")?.value !== "after";
    this.form.querySelectorAll("button[data-first]").forEach((button) => button.setAttribute("aria-pressed", String((button.dataset.first === "at") === atDate)));
  }

  number() {
    [...this.list.children].forEach((step, index) => {
      step.querySelectorAll("[data-title], [data-label]").forEach((node) => { node.textContent = (node.dataset.title ?? node.dataset.label).replace("{n}", index + 1); });
      step.querySelectorAll(".step-buttons button").forEach((button) => {
        button.value = button.value.replace(/:.*/, `:${index}`);
        button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/\d+/, index + 1));
        button.disabled = button.matches("[data-up]") ? !index : button.matches("[data-down]") && !step.nextElementSibling;
      });
      const soon = step.querySelector("option[data-first]");
      soon.textContent = index ? soon.dataset.later : soon.dataset.first;
    });
    this.how();
  }
});
