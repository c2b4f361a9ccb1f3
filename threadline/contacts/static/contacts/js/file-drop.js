// <file-drop data-ready="{name}, {size}"> around a label with an <input type=file>: a file may be dropped on it, and the
// title says which one was chosen. Without JavaScript the input alone does the work.
const UNITS = ["B", "kB", "MB", "GB"];

function sized(bytes) {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log(bytes || 1) / Math.log(1000)));
  return `${(bytes / 1000 ** step).toLocaleString(undefined, { maximumFractionDigits: step > 1 ? 1 : 0 })} ${UNITS[step]}`;
}

customElements.define("file-drop", class extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.words = this.querySelector("[data-title]");
    this.stopping = new AbortController();
    const on = (names, act) => names.forEach((name) => this.addEventListener(name, act, { signal: this.stopping.signal }));
    on(["dragenter", "dragover"], (event) => { event.preventDefault(); this.toggleAttribute("data-over", true); });
    on(["dragleave", "drop"], (event) => { if (!this.contains(event.relatedTarget)) this.removeAttribute("data-over"); });
    on(["drop"], (event) => this.take(event));
    on(["change"], () => this.show());
    this.show(); // the browser may have kept the choice over a reload
  }

  disconnectedCallback() { this.stopping.abort(); }

  take(event) {
    event.preventDefault();
    if (!event.dataTransfer?.files.length) return;
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    this.input.files = one.files;
    this.show();
  }

  show() {
    const [file] = this.input.files;
    this.toggleAttribute("data-chosen", Boolean(file));
    if (file) this.words.textContent = this.dataset.ready.replace("{size}", sized(file.size)).replace("{name}", () => file.name);
  }
});
