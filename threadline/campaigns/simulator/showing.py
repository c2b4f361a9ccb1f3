"""A result as its page draws it: tiles, the timeline as a chart and a table, reasons with people, steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.results import charts
from threadline.campaigns.simulator import characters
from threadline.campaigns.simulator.characters import Character, Piece
from threadline.campaigns.simulator.result import Bar, Reason, Result, StepFigures
from threadline.lib import clock
from threadline.lib.money import to_the_cent

HEIGHT: Final = 132.0  # pixels
TOP: Final = 6.0
MOST_LABELS: Final = 6
_TONES: Final = ("accent", "good", "reply", "wait", "plain")  # of Step 1, Step 2 …, and again from the first
_DAY: Final = 86_400  # seconds
_LONGEST: Final = 90  # characters of an example
_WORDS: Final = {
    "opted_out": gettext_lazy("Opted out"),
    "duplicate": gettext_lazy("The same words within 24 hours"),
    "no_consent": gettext_lazy("No evidence of consent"),
    "over": gettext_lazy("No message left for them"),
    "too_long": gettext_lazy("The text gets too long"),
    "empty": gettext_lazy("The text is empty"),
    "over_budget": gettext_lazy("Over this month's budget"),
    "no_funds": gettext_lazy("The wallet is empty"),
    "quiet_hours": gettext_lazy("Quiet hours"),
    "window": gettext_lazy("Sending hours"),
    "frequency_cap": gettext_lazy("Texts per person"),
    "daily_cap": gettext_lazy("Texts per day of the number"),
    "other_campaign": gettext_lazy("Another campaign writes to them"),
    "unroutable": gettext_lazy("Cannot be texted from this number"),
}


@dataclass(slots=True)
class Why:
    """People by one reason; `leads` are the first of them."""

    title: str | Promise
    reason: Reason
    leads: list[Recipient]
    when: str  # until then they wait, "" for those who get nothing


@dataclass(slots=True)
class Size:
    """So many texts of one step have so many segments; `width` in per mille of the most."""

    segments: int
    texts: int
    width: float


@dataclass(slots=True)
class Gap:
    """A placeholder that is blank for some."""

    name: str
    count: int
    reads: str
    leads: list[Recipient]

    @property
    def more(self) -> int:
        """Those who are not named."""
        return self.count - len(self.leads)


@dataclass(slots=True)
class Shown:
    """One step. `saves` is what the replaced characters would save, `other` a hint about pictures; "" for nothing."""

    figures: StepFigures
    when: str
    cost: str
    sizes: list[Size]
    pieces: list[Piece]
    characters: list[Character]
    replaceable: bool
    saves: str
    saved_segments: int
    other: str
    gaps: list[Gap]


@dataclass(slots=True)
class Row:
    label: str
    texts: list[int]


@dataclass(slots=True)
class Timeline:
    plot: charts.Plot
    labels: tuple[charts.Label, ...]
    rows: list[Row]
    legend: list[tuple[str, StepFigures]]
    unit: str
    summary: str


@dataclass(slots=True)
class Page:
    """Moments are in words, by the campaign's clock."""

    result: Result
    zone: str
    begins: str
    finish: str
    lasts: str
    cost: str
    timeline: Timeline | None
    never: list[Why]
    later: list[Why]
    steps: list[Shown]


def of(campaign: Campaign, result: Result) -> Page:
    """For the page of a campaign; moments are shown by its clock."""
    zone = ZoneInfo(result.timezone)
    leads = _leads(campaign, result)
    first, last = _moment(result.first), _moment(result.last)
    reasons = [_why(one, leads, zone) for one in result.reasons]
    return Page(
        result,
        result.timezone.replace("_", " "),
        _said(result.first, zone),
        _said(result.last, zone),
        clock.span(last - first) if first and last and last - first >= timedelta(minutes=1) else "",
        _range(result.least, result.cost),
        _timeline(result, zone) if result.timeline else None,
        [one for one in reasons if one.reason.verdict != "defer"],
        [one for one in reasons if one.reason.verdict == "defer"],
        [_step(one, leads, zone) for one in result.steps],
    )


def _range(least: int, most: int) -> str:
    first, last = to_the_cent(least), to_the_cent(most)
    return last if first == last else f"{first} – {last}"


def _leads(campaign: Campaign, result: Result) -> dict[int, Recipient]:
    """Everybody who is named as an example."""
    wanted = {pk for reason in result.reasons for pk in reason.people}
    wanted |= {pk for step in result.steps for blank in step.blanks for pk in blank.people}
    found = campaign.recipients.filter(id__in=wanted).select_related("contact")
    return {lead.pk: lead for lead in found}


def _some(leads: dict[int, Recipient], wanted: Iterable[int]) -> list[Recipient]:
    return [leads[pk] for pk in wanted if pk in leads]


def _why(reason: Reason, leads: dict[int, Recipient], zone: ZoneInfo) -> Why:
    title = _WORDS.get(reason.code, reason.code.replace("_", " ").capitalize())
    when = _between(reason.until[0], reason.until[1], zone) if reason.until else ""
    return Why(title, reason, _some(leads, reason.people), when)


def _step(figures: StepFigures, leads: dict[int, Recipient], zone: ZoneInfo) -> Shown:
    most = max(figures.histogram.values(), default=0)
    found = characters.characters(figures.body)
    replaceable = any(one.replacement is not None for one in found)
    saved = figures.cost - figures.plain_cost
    gaps = [
        Gap(one.name, one.count, _shortened(one.reads), _some(leads, one.people))
        for one in sorted(figures.blanks, key=lambda one: -one.count)
    ]
    return Shown(
        figures,
        _between(figures.first, figures.last, zone),
        to_the_cent(figures.cost),
        [Size(int(n), count, round(1000 * count / most, 1)) for n, count in figures.histogram.items()],
        characters.pieces(figures.body),
        found,
        replaceable,
        to_the_cent(saved) if saved > 0 else "",
        figures.segments - figures.plain_segments,
        _other(figures),
        gaps,
    )


def _other(figures: StepFigures) -> str:
    """Where the same words would cost clearly less the other way."""
    less = figures.cost - figures.other_cost
    if less < max(10_000, figures.cost // 20):
        return ""
    if figures.media:
        sentence = _("Without its files this message would cost %(less)s less: %(cost)s as a plain text.")
    else:
        sentence = _("These texts are long: with a picture each goes as one MMS, which costs %(less)s less (%(cost)s).")
    return sentence % {"less": to_the_cent(less), "cost": to_the_cent(figures.other_cost)}


def _timeline(result: Result, zone: ZoneInfo) -> Timeline:
    tones = [_TONES[place % len(_TONES)] for place in range(len(result.steps))]
    rows = [Row(_label(bar, result.bar_seconds, zone), bar.texts) for bar in result.timeline]
    titles = [f"{row.label}: {_counted(row.texts)}" for row in rows]
    busiest = max(range(len(rows)), key=lambda place: sum(rows[place].texts))
    labels = _labels(result, zone)
    summary = _("From %(first)s to %(last)s. The busiest: %(busiest)s.")
    return Timeline(
        charts.plot([row.texts for row in rows], tones, titles, HEIGHT, TOP),
        charts.labels(labels, len(rows), list(labels)[1::2]),
        [row for row in rows if any(row.texts)],
        list(zip(tones, result.steps, strict=True)),
        _unit(result.bar_seconds),
        summary % {"first": rows[0].label, "last": rows[-1].label, "busiest": titles[busiest]},
    )


def _counted(texts: list[int]) -> str:
    total = sum(texts)
    return ngettext("%s text", "%s texts", total) % f"{total:,}"


def _unit(seconds: int) -> str:
    units = (
        (604_800, _("by week"), _("every %d weeks")),
        (_DAY, _("by day"), _("every %d days")),
        (3_600, _("by the hour"), _("every %d hours")),
        (60, _("by the minute"), _("every %d minutes")),
    )
    size, one, many = next(unit for unit in units if seconds >= unit[0])
    return one if seconds == size else many % (seconds // size)


def _label(bar: Bar, seconds: int, zone: tzinfo) -> str:
    local = _local(bar, seconds, zone)
    day = date_format(local, "D j M Y")
    return day if seconds >= _DAY else f"{day}, {local:%H:%M}"


def _labels(result: Result, zone: tzinfo) -> dict[int, str]:
    """Below some of the bars, so that they do not touch."""
    stride = -(-len(result.timeline) // MOST_LABELS)
    return {
        place: _short(result.timeline[place], result.bar_seconds, zone)
        for place in range(0, len(result.timeline), stride)
    }


def _short(bar: Bar, seconds: int, zone: tzinfo) -> str:
    local = _local(bar, seconds, zone)
    if seconds >= _DAY:
        return date_format(local, "j M")
    return f"{local:%H:%M}" if seconds <= 300 else f"{date_format(local, 'j M')} {local:%H:%M}"


def _local(bar: Bar, seconds: int, zone: tzinfo) -> datetime:
    """Where clocks were changed meanwhile, days begin an hour beside midnight: noon is in the day that is meant."""
    begins = datetime.fromisoformat(bar.at).astimezone(zone)
    return begins + timedelta(hours=12) if seconds >= _DAY else begins


def _said(written: str, zone: ZoneInfo) -> str:
    """ "Mon 23 Nov, 09:00"; "" for no moment."""
    if not written:
        return ""
    local = datetime.fromisoformat(written).astimezone(zone)
    return f"{date_format(local, 'D j M')}, {local:%H:%M}"


def _between(first: str, last: str, zone: ZoneInfo) -> str:
    begin, end = _said(first, zone), _said(last, zone)
    return begin if begin == end else f"{begin} – {end}"


def _moment(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "…"
