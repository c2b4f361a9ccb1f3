// <mark-read url="…">: tells the server that the open conversation has been read, once somebody looks at the page.
customElements.define("mark-read", class extends HTMLElement {
  connectedCallback() {
    this.look = () => { if (!document.hidden) this.tell(); };
    document.addEventListener("visibilitychange", this.look);
    this.look();
  }

  disconnectedCallback() { document.removeEventListener("visibilitychange", this.look); }

  tell() {
    document.removeEventListener("visibilitychange", this.look);
    window.htmx.ajax("POST", this.getAttribute("url"), { source: this, swap: "none" });
  }
});
