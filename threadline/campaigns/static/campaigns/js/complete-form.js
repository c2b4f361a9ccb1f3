// <complete-form> around a form: its [data-complete] button stays greyed out until every required field is filled in, and
// [data-incomplete] says so. Without scripts the server says what is missing.
customElements.define("complete-form", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.button = this.querySelector("[data-complete]");
    this.hint = this.querySelector("[data-incomplete]");
    this.form.addEventListener("input", () => this.look());
    this.form.addEventListener("change", () => this.look());
    this.form.addEventListener("reset", () => setTimeout(() => this.look()));
    this.look();
  }

  look() {
    const blank = [...this.form.elements].some((field) => field.required && field.type === "text" && !field.value.trim());
    const complete = this.form.checkValidity() && !blank;
    this.button.disabled = !complete;
    this.hint.hidden = complete;
  }
});
