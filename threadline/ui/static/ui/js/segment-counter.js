// <segment-counter for="textarea id" [data-one="{n} segment"] [data-many="{n} segments"]>: how many billed parts the text makes;
// data-media in their place while files of an <attach-files> in the same [data-attach] or form go with it.
// GSM-7: 160, or 153 each when several; extension characters count twice and never split. UCS-2: 70, or 67 code units each.
const BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED = "^{}\\[~]|€\f";

/** {encoding, segments, units, left}: `left` is the room in the last segment. */
export function pack(text) {
  const characters = [...text];
  const gsm = characters.every((character) => BASIC.includes(character) || EXTENDED.includes(character));
  const width = gsm ? (character) => (EXTENDED.includes(character) ? 2 : 1) : (character) => character.length;
  const [whole, part] = gsm ? [160, 153] : [70, 67];
  const units = characters.reduce((sum, character) => sum + width(character), 0);
  const encoding = gsm ? "GSM-7" : "UCS-2";
  if (units <= whole) return { encoding, segments: units ? 1 : 0, units, left: whole - units };
  let segments = 1;
  let used = 0;
  for (const character of characters) {
    if (used + width(character) > part) { segments += 1; used = 0; }
    used += width(character);
  }
  return { encoding, segments, units, left: part - used };
}

customElements.define("segment-counter", class extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"));
    this.update = () => this.show();
    this.field?.addEventListener("input", this.update);
    this.field?.form?.addEventListener("reset", () => setTimeout(this.update));
    this.area = this.closest("[data-attach]") ?? this.field?.form;
    this.area?.addEventListener("attachments:changed", this.update);
    this.show();
  }

  disconnectedCallback() {
    this.field?.removeEventListener("input", this.update);
    this.area?.removeEventListener("attachments:changed", this.update);
  }

  show() {
    if (this.dataset.media && this.area?.querySelector("attach-files input:checked")) {
      [this.hidden, this.textContent, this.title, this.dataset.level] = [false, this.dataset.media, this.dataset.mediaHint ?? "", ""];
      return;
    }
    const { encoding, segments, left } = pack(this.field?.value ?? "");
    this.hidden = !segments;
    this.dataset.level = segments > 10 ? "over" : segments > 3 ? "many" : "";
    const words = (segments === 1 ? this.dataset.one : this.dataset.many) ?? "{n}";
    this.textContent = `${words.replace("{n}", segments)} · ${left}`;
    this.title = (this.dataset.hint ?? "{encoding}").replace("{encoding}", encoding).replace("{left}", left);
  }
});
