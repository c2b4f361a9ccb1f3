"""Keeps account of a run while it goes: counts, never one row a text."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from threadline.campaigns.sequence.steps import Sequence, Stage
from threadline.campaigns.simulator.gatekeeper import Asking
from threadline.campaigns.simulator.people import Person
from threadline.campaigns.simulator.result import Bar, Blank, Reason, Result, StepFigures
from threadline.messaging.verdicts import Defer, Hold, Refuse

EXAMPLES: Final = 5
_MOST_BARS: Final = 96
_WEEK: Final = 604_800
_MONDAY: Final = 259_200  # seconds: 1970 began on a Thursday
_WIDTHS: Final = (60, 300, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400, _WEEK, 4 * _WEEK)  # seconds


@dataclass(slots=True)
class _Why:
    verdict: str
    sentence: str
    count: int = 0
    people: list[int] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    first: datetime | None = None
    last: datetime | None = None


@dataclass(slots=True)
class _Gap:
    reads: str
    count: int = 0
    people: list[int] = field(default_factory=list)


class Recorder:
    def __init__(self, sequence: Sequence) -> None:
        self._steps = {
            stage.position: StepFigures(stage.id, place, stage.body, bool(stage.media))
            for place, stage in enumerate(sequence.alive, start=1)
        }
        self._sizes: dict[int, Counter[int]] = defaultdict(Counter)
        self._minutes: dict[int, Counter[int]] = defaultdict(Counter)  # texts by step and minute since 1970
        self._moments: dict[int, list[datetime]] = {}  # first and last by step
        self._gaps: dict[tuple[int, str], _Gap] = {}
        self._reasons: dict[tuple[str, str], _Why] = {}
        self._reached = 0
        self._least = 0
        self._at: datetime | None = None
        self._position = self._minute = 0

    def text(self, person: Person, stage: Stage, asking: Asking, at: datetime) -> None:
        """A text that leaves at a moment."""
        figures, text, rate = self._steps[stage.position], asking.text, asking.rate
        figures.texts += 1
        figures.segments += text.segments
        figures.cost += asking.cost
        figures.unicode += text.unicode
        figures.plain_segments += text.plain
        if figures.media:
            figures.plain_cost += asking.cost
            figures.other_cost += rate.sms * text.words
        else:
            figures.plain_cost += rate.sms * text.plain
            figures.other_cost += rate.mms
        self._sizes[stage.position][text.segments] += 1
        if at is not self._at or stage.position != self._position:  # a batch leaves at one moment
            self._at, self._position, self._minute = at, stage.position, int(at.timestamp()) // 60
            moments = self._moments.setdefault(stage.position, [at, at])
            moments[0], moments[1] = min(moments[0], at), max(moments[1], at)
        self._minutes[stage.position][self._minute] += 1
        if not person.texted:
            self._reached += 1
        if not person.step:
            self._least += asking.cost
        for name in text.blank:
            self._gap(figures.place, name, text.body, person)

    def _gap(self, place: int, name: str, body: str, person: Person) -> None:
        gap = self._gaps.setdefault((place, name), _Gap(body))
        gap.count += 1
        if len(gap.people) < EXAMPLES:
            gap.people.append(person.id)

    def over(self, person: Person) -> None:
        """Nothing (more) is left for somebody; who got none before was too late for all of it."""
        if not person.step:
            self._why(person, "over", "over", _("Every date had passed when they joined, or they have no such date."))

    def why(self, person: Person, verdict: Defer | Hold | Refuse) -> None:
        """What the gate or the hours said."""
        until = verdict.until if isinstance(verdict, Defer) else None
        self._why(person, verdict.name, verdict.code, verdict.reason, until)

    def _why(self, person: Person, verdict: str, code: str, sentence: str, until: datetime | None = None) -> None:
        """Each person counts once for each reason."""
        why = self._reasons.setdefault((verdict, code), _Why(verdict, sentence))
        if until is not None:
            why.first, why.last = min(why.first or until, until), max(why.last or until, until)
        if person.id in why.seen:
            return
        why.seen.add(person.id)
        why.count += 1
        if len(why.people) < EXAMPLES:
            why.people.append(person.id)

    def result(self, at: datetime, timezone: str) -> Result:
        steps = list(self._steps.values())
        for position, figures in self._steps.items():
            figures.histogram = {str(size): count for size, count in sorted(self._sizes[position].items())}
            figures.blanks = [
                Blank(name, gap.count, gap.reads, gap.people)
                for (place, name), gap in sorted(self._gaps.items())
                if place == figures.place
            ]
            if position in self._moments:
                figures.first, figures.last = (_written(one) for one in self._moments[position])
        moments = [one for pair in self._moments.values() for one in pair]
        made = Result(_written(at), timezone, reached=self._reached, least=self._least, steps=steps)
        made.texts, made.segments = sum(one.texts for one in steps), sum(one.segments for one in steps)
        made.cost = sum(one.cost for one in steps)
        if moments:
            made.first, made.last = _written(min(moments)), _written(max(moments))
            made.bar_seconds, made.timeline = self._timeline(min(moments), max(moments), ZoneInfo(timezone))
        made.reasons = sorted(self._whys(), key=lambda one: -one.count)
        return made

    def _timeline(self, first: datetime, last: datetime, zone: ZoneInfo) -> tuple[int, list[Bar]]:
        """Bars as narrow as there is room for, from round times of the zone on; in between none is left out."""
        start, end = int(first.timestamp()), int(last.timestamp())
        width = next((one for one in _WIDTHS if (end - start) // one < _MOST_BARS), _WIDTHS[-1])
        offset = first.astimezone(zone).utcoffset() or timedelta()
        shift = int(offset.total_seconds()) + (_MONDAY if width >= _WEEK else 0)
        low, high = (start + shift) // width, (end + shift) // width
        counts = [[0] * len(self._steps) for _bar in range(high - low + 1)]
        for column, position in enumerate(self._steps):
            for minute, count in self._minutes[position].items():
                counts[(minute * 60 + shift) // width - low][column] += count
        begin = datetime.fromtimestamp(low * width - shift, UTC)
        return width, [Bar(_written(begin + timedelta(seconds=n * width)), row) for n, row in enumerate(counts)]

    def _whys(self) -> list[Reason]:
        return [
            Reason(
                code, why.verdict, why.sentence, why.count, why.people,
                [_written(why.first), _written(why.last)] if why.first and why.last else [],
            )
            for (_verdict, code), why in self._reasons.items()
        ]  # fmt: skip


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
