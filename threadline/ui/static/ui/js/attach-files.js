// <attach-files to="/uploads/" [field="media"]> around input[type=file] and ul.attachments: every file chosen, pasted or dropped
// into its [data-attach] (else its form) is sent at once, and the line that comes back holds its id in a checked box of the form.
// [data-remove="/url"] in a line takes it away. Without this script the form sends the files itself. Fires attachments:changed;
// composer:sent empties it.
const csrf = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
customElements.define("attach-files", class extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.list = this.querySelector(".attachments");
    this.area = this.closest("[data-attach]") ?? this.closest("form");
    this.stopping = new AbortController();
    const on = (target, name, act) => target?.addEventListener(name, act, { signal: this.stopping.signal });
    on(this.input, "change", () => { this.send([...this.input.files]); this.input.value = ""; });
    on(this.list, "click", (event) => this.remove(event.target.closest("[data-remove]")));
    on(this.area, "paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); this.send([...event.clipboardData.files]); } });
    on(this.area, "dragover", (event) => { if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); this.area.toggleAttribute("data-drop", true); } });
    on(this.area, "dragleave", (event) => { if (!this.area.contains(event.relatedTarget)) this.area.removeAttribute("data-drop"); });
    on(this.area, "drop", (event) => this.drop(event));
    on(this.closest("form")?.parentElement, "composer:sent", () => this.changed(() => this.list.replaceChildren()));
  }

  disconnectedCallback() { this.stopping.abort(); }

  drop(event) {
    this.area.removeAttribute("data-drop");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.send([...event.dataTransfer.files]);
  }

  async send(files) {
    for (const file of files) {
      const waiting = this.line("attachment attachment-waiting", file.name);
      this.list.append(waiting);
      const data = new FormData();
      data.append("file", file);
      data.append("field", this.getAttribute("field") ?? "media");
      const answer = await fetch(this.getAttribute("to"), { method: "POST", body: data, headers: { ...csrf(), "HX-Request": "true" } }).catch(() => null);
      const known = answer && (answer.ok || answer.status === 422);
      const html = known ? await answer.text() : "";
      this.changed(() => {
        if (known) waiting.outerHTML = html;
        else waiting.replaceWith(this.line("attachment-refused", (this.dataset.lost ?? "{name}").replace("{name}", file.name), true));
      });
    }
  }

  line(name, words, closes = false) {
    const line = document.createElement("li");
    line.className = name;
    const text = document.createElement("span");
    text.className = "truncate";
    text.textContent = words;
    line.append(text);
    if (closes) {
      const close = Object.assign(document.createElement("button"), { type: "button", className: "chip-remove", textContent: "×", ariaLabel: this.dataset.close });
      close.dataset.remove = "";
      line.append(close);
      text.setAttribute("role", "alert");
    }
    return line;
  }

  remove(button) {
    if (!button) return;
    const url = button.dataset.remove;
    this.changed(() => button.closest("li").remove());
    this.input.focus();
    if (url) fetch(url, { method: "POST", headers: csrf() });
  }

  changed(act) {
    act();
    this.dispatchEvent(new CustomEvent("attachments:changed", { bubbles: true }));
  }
});
