// <local-time mode="relative|clock|seconds|day|full"><time datetime="…">: the moment in the viewer's zone and language; exact on hover.
const lang = document.documentElement.lang || undefined;
const timeZone = document.documentElement.dataset.zone || undefined; // the profile's; otherwise the browser's
const clock = new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit", timeZone });
const second = new Intl.DateTimeFormat(lang, { timeStyle: "medium", timeZone });
const weekday = new Intl.DateTimeFormat(lang, { weekday: "long", timeZone });
const dayMonth = new Intl.DateTimeFormat(lang, { weekday: "short", day: "numeric", month: "short", timeZone });
const dayMonthYear = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", year: "numeric", timeZone });
const exact = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "medium", timeZone });
const unit = (value, name) => new Intl.NumberFormat(lang, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
const named = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
const capital = (text) => text.charAt(0).toLocaleUpperCase(lang) + text.slice(1);

const calendar = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone }); // 2026-11-22
const daysAgo = (moment) => Math.round((Date.parse(calendar.format(new Date())) - Date.parse(calendar.format(moment))) / 86400000);
const year = (moment) => calendar.format(moment).slice(0, 4);

function dayName(moment, short) {
  const days = daysAgo(moment);
  if (days >= -1 && days <= 1) return capital(named.format(-days, "day"));
  if (days > 1 && days < 7) return weekday.format(moment);
  return (year(moment) === year(new Date()) || (short && days < 300) ? dayMonth : dayMonthYear).format(moment);
}

function relative(moment) {
  const seconds = (Date.now() - moment) / 1000;
  if (seconds < -60) return `${dayName(moment)} ${clock.format(moment)}`;
  if (seconds < 60) return named.format(0, "second");
  if (seconds < 3600) return unit(Math.floor(seconds / 60), "minute");
  if (daysAgo(moment) === 0) return unit(Math.floor(seconds / 3600), "hour");
  return dayName(moment, true);
}

const MODES = {
  relative,
  clock: (moment) => clock.format(moment),
  seconds: (moment) => second.format(moment),
  day: (moment) => dayName(moment),
  full: (moment) => `${dayName(moment)}, ${clock.format(moment)}`,
};

const live = new Set();

customElements.define("local-time", class extends HTMLElement {
  static observedAttributes = ["mode"];
  connectedCallback() { live.add(this); this.show(); }
  disconnectedCallback() { live.delete(this); }
  attributeChangedCallback() { if (this.isConnected) this.show(); }

  show() {
    const time = this.querySelector("time");
    const moment = time && new Date(time.dateTime);
    if (!moment || Number.isNaN(moment.valueOf())) return;
    const text = (MODES[this.getAttribute("mode")] ?? relative)(moment);
    if (time.textContent !== text) time.textContent = text;
    time.title = exact.format(moment);
  }
});

setInterval(() => { if (!document.hidden) live.forEach((element) => element.show()); }, 20000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) live.forEach((element) => element.show()); });
