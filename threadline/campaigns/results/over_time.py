"""Progress over time: a campaign's texts and answers by the hour or the day, as a chart and as its table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from threadline.campaigns.results import charts
from threadline.campaigns.results.counting import COARSE, FINE, OUTCOMES
from threadline.campaigns.results.figures import Results

Unit = Literal["ten_minutes", "hour", "day", "week"]
HEIGHT, LOW_TOP, LOW_HEIGHT = 132.0, 160.0, 40.0  # pixels: the texts, and below them the answers
TOP: Final = 6.0
MOST_LABELS: Final = 8
_STRIDES: Final = (1, 2, 3, 6, 12, 24)  # hours
LEAST: Final = 12  # columns: a short campaign does not fill the whole width
DAYS_FROM: Final = 4 * 86_400  # seconds from the first to the last
WEEKS_FROM: Final = 120 * 86_400
_TONES: Final = ("good", "accent", "plain", "bad", "faint")  # of OUTCOMES, in their order
_ANSWER_TONES: Final = ("reply", "bad-soft")


@dataclass(slots=True)
class Piece:
    """What happened in one piece of time; `numbers` are the texts by OUTCOMES, then replies and opt-outs."""

    begins: datetime  # in the viewer's zone
    label: str
    numbers: list[int]

    @property
    def asked(self) -> int:
        return sum(self.numbers[: len(OUTCOMES)])

    @property
    def delivered(self) -> int:
        return self.numbers[0]

    @property
    def failed(self) -> int:
        return self.numbers[OUTCOMES.index("failed")]

    @property
    def replied(self) -> int:
        return self.numbers[-2]

    @property
    def opted_out(self) -> int:
        return self.numbers[-1]


@dataclass(slots=True)
class OverTime:
    """`pieces` are those in which something happened, `unit` says how long each is, `zone` whose clocks count."""

    pieces: list[Piece]
    unit: str
    zone: str
    summary: str
    texts: charts.Plot
    answers: charts.Plot
    labels: tuple[charts.Label, ...]

    @property
    def answered(self) -> bool:
        """Without an answer their axis would stand for nothing."""
        return any(piece.replied or piece.opted_out for piece in self.pieces)


def of(results: Results) -> OverTime | None:
    """The chart in the zone of whoever looks; None before the first text."""
    if not results.series:
        return None
    here, span = timezone.get_current_timezone(), _span(results)
    found = _grouped(results.series, results.grain, span, here)
    every = list(_filled(found, results.grain, span, here))
    titles = [_title(piece) for piece in every]
    names = _labels(every, span)
    answered = [piece.numbers[-2:] for piece in every]
    return OverTime(
        _busy(found),
        _in_words(unit(results.grain, span)),
        str(here).replace("_", " "),
        _summary(found),
        charts.plot([piece.numbers[:-2] for piece in every], _TONES, titles, HEIGHT, TOP),
        charts.plot(answered, _ANSWER_TONES, titles, LOW_HEIGHT, LOW_TOP, lines=1),
        charts.labels(names, len(every), _minor(names, every, span)),
    )


def pieces(results: Results) -> tuple[Unit, list[Piece]] | None:
    """The same without anything drawn: how long each piece is, and those in which something happened."""
    if not results.series:
        return None
    span = _span(results)
    found = _grouped(results.series, results.grain, span, timezone.get_current_timezone())
    return unit(results.grain, span), _busy(found)


def unit(grain: int, span: int) -> Unit:
    """How long the pieces are of what takes so many seconds from the first to the last."""
    if span > WEEKS_FROM:
        return "week"
    if span > DAYS_FROM:
        return "day"
    return "hour" if grain == COARSE else "ten_minutes"


def _span(results: Results) -> int:
    return results.series[-1][0] - results.series[0][0]


def _busy(found: Sequence[Piece]) -> list[Piece]:
    return [piece for piece in found if any(piece.numbers)]


def _grouped(series: Sequence[Sequence[int]], grain: int, span: int, here: tzinfo) -> list[Piece]:
    found: dict[float, Piece] = {}  # by timestamp: hours that the clocks repeat are equal to Python
    for at, *numbers in series:
        begins = _begin(datetime.fromtimestamp(at, here), span)
        nothing = Piece(begins, _label(begins, grain, span), [0] * len(numbers))
        piece = found.setdefault(begins.timestamp(), nothing)
        piece.numbers = [one + more for one, more in zip(piece.numbers, numbers, strict=True)]
    return [found[at] for at in sorted(found)]


def _filled(found: Sequence[Piece], grain: int, span: int, here: tzinfo) -> Iterator[Piece]:
    """With the empty ones between them, and after them as many as make it wide enough."""
    by_begin = {piece.begins.timestamp(): piece for piece in found}
    begins, last, shown = found[0].begins, found[-1].begins.timestamp(), 0
    while begins.timestamp() <= last or shown < LEAST:
        nothing = Piece(begins, _label(begins, grain, span), [0] * len(found[0].numbers))
        yield by_begin.get(begins.timestamp(), nothing)
        begins, shown = _next(begins, grain, span, here), shown + 1


def _begin(local: datetime, span: int) -> datetime:
    """The day or the week that it is in; hours and less begin where they were counted."""
    if span <= DAYS_FROM:
        return local
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return day - timedelta(days=day.weekday()) if span > WEEKS_FROM else day


def _next(begins: datetime, grain: int, span: int, here: tzinfo) -> datetime:
    if span > DAYS_FROM:  # by the wall: days around a change of clocks are shorter or longer
        return (begins + timedelta(days=7 if span > WEEKS_FROM else 1)).replace(fold=0)
    return datetime.fromtimestamp(begins.timestamp() + grain, here)


def _in_words(unit: Unit) -> str:
    match unit:
        case "week":
            return _("by week")
        case "day":
            return _("by day")
        case "hour":
            return _("by the hour")
    return _("every %d minutes") % (FINE // 60)


def _label(begins: datetime, grain: int, span: int) -> str:
    """In full, for the table and for whoever points at a column."""
    day = date_format(begins, "D j M Y")
    if span > WEEKS_FROM:
        return _("week of %s") % day
    if span > DAYS_FROM:
        return day
    return f"{day}, {begins:%H:%M}"


def _labels(every: Sequence[Piece], span: int) -> dict[int, str]:
    """What stands below: round hours, a day's name at its beginning; as often as there is room for."""
    if span > DAYS_FROM:
        stride = -(-len(every) // MOST_LABELS)
        return {place: date_format(every[place].begins, "j M") for place in range(0, len(every), stride)}
    for hours in _STRIDES:
        round_ones = {place: piece.begins for place, piece in enumerate(every) if _is_round(piece.begins, hours)}
        if len(round_ones) <= MOST_LABELS:
            break
    return {place: f"{at:%H:%M}" if at.hour else date_format(at, "j M") for place, at in round_ones.items()}


def _minor(names: Mapping[int, str], every: Sequence[Piece], span: int) -> set[int]:
    """Every other one; not a day's beginning, while there are some."""
    days = {place for place in names if span <= DAYS_FROM and not every[place].begins.hour}
    return set(names) - days if len(days) > 1 else set(sorted(names)[1::2])


def _is_round(begins: datetime, hours: int) -> bool:
    return begins.minute < FINE // 60 and begins.hour % hours == 0


def _title(piece: Piece) -> str:
    counted = (
        (piece.asked, ngettext("%s text", "%s texts", piece.asked)),
        (piece.delivered, _("%s delivered")),
        (piece.failed, _("%s failed")),
        (piece.replied, _("%s replied")),
        (piece.opted_out, _("%s opted out")),
    )
    words = [sentence % intcomma(number) for number, sentence in counted if number]
    return f"{piece.label}: {', '.join(words) or _('nothing')}"


def _summary(found: Sequence[Piece]) -> str:
    busiest = max(found, key=lambda piece: piece.asked)
    sentence = _("From %(first)s to %(last)s. The busiest: %(busiest)s.")
    return sentence % {"first": found[0].label, "last": found[-1].label, "busiest": _title(busiest)}
