/* Makes the page live: parts fetch themselves anew when the sandbox hints, forms send without leaving the page. */

const stuck = (element) => element.scrollHeight - element.scrollTop - element.clientHeight < 80;

function clocks(root) {
  for (const time of root.querySelectorAll("time:not([title])")) {
    const moment = new Date(time.dateTime);
    const today = moment.toDateString() === new Date().toDateString();
    time.title = moment.toLocaleString();
    time.textContent = today
      ? moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
      : moment.toLocaleDateString([], { day: "numeric", month: "short" });
  }
}

class LivePart extends HTMLElement {
  connectedCallback() {
    clocks(this);
    this.shown = null;
    if (!("stick" in this.dataset)) return;
    this.follows = true;
    this.scrollTop = this.scrollHeight;
    this.addEventListener("scroll", () => (this.follows = stuck(this)));
    this.addEventListener("load", () => this.settle(), true);
  }

  settle() {
    if (this.follows) this.scrollTop = this.scrollHeight;
  }

  concerns(phone) {
    return !phone || !this.dataset.phone || this.dataset.phone === phone;
  }

  async refresh() {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      const answer = await fetch(this.getAttribute("src"));
      if (answer.ok) this.show(await answer.text());
    } catch {
      // The sandbox is away; the stream asks again when it is back.
    }
    this.busy = false;
    if (this.again) {
      this.again = false;
      this.refresh();
    }
  }

  show(html) {
    if (html === this.shown) return;
    const known = new Set([...this.querySelectorAll("[data-sid]")].map((bubble) => bubble.dataset.sid));
    const focused = this.contains(document.activeElement) ? document.activeElement.value : null;
    this.shown = html;
    this.innerHTML = html;
    clocks(this);
    for (const bubble of this.querySelectorAll("[data-sid]")) {
      bubble.classList.toggle("fresh", !known.has(bubble.dataset.sid));
    }
    if (focused) this.querySelector(`[value="${CSS.escape(focused)}"]`)?.focus();
    this.settle();
  }
}
customElements.define("live-part", LivePart);

const parts = () => document.querySelectorAll("live-part");
const refresh = (phone) => parts().forEach((part) => part.concerns(phone) && part.refresh());

const stream = new EventSource("/control/live");
stream.addEventListener("hint", (event) => refresh(event.data));
stream.addEventListener("open", () => refresh(""));
addEventListener("pagehide", () => stream.close());
addEventListener("pageshow", (event) => event.persisted && location.reload());

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.quiet) return;
  event.preventDefault();
  const data = new URLSearchParams(new FormData(form, event.submitter));
  const words = form.querySelector("textarea");
  if (words && !words.value.trim() && !data.has("picture")) return;
  const answer = await fetch(form.action, { method: "POST", body: data });
  if (!answer.ok) return;
  if (words) {
    words.value = "";
    const attach = form.querySelector("[name=picture]");
    attach.checked = false;
  }
  const part = document.getElementById(form.dataset.quiet);
  part.follows = "stick" in part.dataset;
  part.refresh();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches(".composer textarea")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});
