// <local-time mode="relative|clock|seconds|day|full"><time datetime="…">: the moment in the viewer's zone and language; exact on hover.
// With zone="America/New_York" by the clock of that zone, written as the sentences of the server are (24 hours), and with the
// zone's name where the viewer's own clock shows something else.
const lang = document.documentElement.lang || undefined;
const viewers = document.documentElement.dataset.zone || undefined; // the profile's; otherwise the browser's
const unit = (value, name) => new Intl.NumberFormat(lang, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
const named = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
const capital = (text) => text.charAt(0).toLocaleUpperCase(lang) + text.slice(1);

class Clock {
  constructor(zone) {
    const timeZone = zone || viewers, style = zone ? { hourCycle: "h23" } : {};
    const format = (options, language = lang) => new Intl.DateTimeFormat(language, { ...options, timeZone });
    this.zone = zone;
    this.hours = format({ hour: zone ? "2-digit" : "numeric", minute: "2-digit", ...style });
    this.seconds = format({ timeStyle: "medium", ...style });
    this.weekday = format({ weekday: "long" });
    this.dayMonth = format({ weekday: "short", day: "numeric", month: "short" });
    this.dayMonthYear = format({ day: "numeric", month: "short", year: "numeric" });
    this.exact = format({ dateStyle: "full", timeStyle: "medium" });
    this.withZone = format({ dateStyle: "full", timeStyle: "long", ...style });
    this.zoneName = format({ timeZoneName: "short" });
    this.calendar = format({ year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA"); // 2026-11-22
    this.wall = format({ dateStyle: "short", timeStyle: "short" }, "en-CA");
  }

  daysAgo(moment) { return Math.round((Date.parse(this.calendar.format(new Date())) - Date.parse(this.calendar.format(moment))) / 86400000); }
  year(moment) { return this.calendar.format(moment).slice(0, 4); }
  differs(moment) { return this.zone && this.wall.format(moment) !== own.wall.format(moment); }

  time(moment, format = this.hours) {
    if (!this.differs(moment)) return format.format(moment);
    return `${format.format(moment)} ${this.zoneName.formatToParts(moment).find((part) => part.type === "timeZoneName").value}`;
  }

  day(moment, short) {
    const days = this.daysAgo(moment);
    if (days >= -1 && days <= 1) return capital(named.format(-days, "day"));
    if (days > 1 && days < 7) return this.weekday.format(moment);
    return (this.year(moment) === this.year(new Date()) || (short && days < 300) ? this.dayMonth : this.dayMonthYear).format(moment);
  }

  relative(moment) {
    const seconds = (Date.now() - moment) / 1000;
    if (seconds < -60) return `${this.day(moment)} ${this.time(moment)}`;
    if (seconds < 60) return named.format(0, "second");
    if (seconds < 3600) return unit(Math.floor(seconds / 60), "minute");
    if (this.daysAgo(moment) === 0) return unit(Math.floor(seconds / 3600), "hour");
    return this.day(moment, true);
  }

  title(moment) {
    if (!this.differs(moment)) return this.exact.format(moment);
    return `${this.withZone.format(moment)} = ${own.withZone.format(moment)}`;
  }
}

const MODES = {
  relative: (clock, moment) => clock.relative(moment),
  clock: (clock, moment) => clock.time(moment),
  seconds: (clock, moment) => clock.time(moment, clock.seconds),
  day: (clock, moment) => clock.day(moment),
  full: (clock, moment) => `${clock.day(moment)}, ${clock.time(moment)}`,
};

const own = new Clock("");
const clocks = new Map([["", own]]);

function clockOf(zone) {
  if (!clocks.has(zone)) {
    try { clocks.set(zone, new Clock(zone)); } catch { clocks.set(zone, own); } // a zone that this browser does not know
  }
  return clocks.get(zone);
}

const live = new Set();

customElements.define("local-time", class extends HTMLElement {
  static observedAttributes = ["mode", "zone"];
  connectedCallback() { live.add(this); this.show(); }
  disconnectedCallback() { live.delete(this); }
  attributeChangedCallback() { if (this.isConnected) this.show(); }

  show() {
    const time = this.querySelector("time");
    const moment = time && new Date(time.dateTime);
    if (!moment || Number.isNaN(moment.valueOf())) return;
    const clock = clockOf(this.getAttribute("zone") ?? "");
    const text = (MODES[this.getAttribute("mode")] ?? MODES.relative)(clock, moment);
    if (time.textContent !== text) time.textContent = text;
    time.title = clock.title(moment);
  }
});

setInterval(() => { if (!document.hidden) live.forEach((element) => element.show()); }, 20000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) live.forEach((element) => element.show()); });
