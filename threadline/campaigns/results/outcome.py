"""Results as the pages show them: parts of a whole with their words, drawn as bars."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from threadline.campaigns import looks
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.results.figures import NO_REASON, Cost, Failure, Results, StepResults
from threadline.campaigns.sequence import schedule_words
from threadline.campaigns.sequence.steps import Stage, Timing
from threadline.contacts.models import CustomField
from threadline.lib import money
from threadline.messaging import states

Status = Recipient.Status


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar. `start` and `width` are in per mille of it; `tone` chooses its colour.

    `query` shows those people in the table of leads.
    """

    key: str
    word: str | Promise
    icon: str
    tone: str
    count: int
    start: float
    width: float
    percent: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a breakdown: a status or a reason, how many texts, and the query that shows those people."""

    word: str | Promise
    count: int
    percent: str
    query: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """Amounts as people read them; `expected` is "" once the carrier has rated every text, `settled` until then."""

    total: str
    settled: str
    expected: str


@dataclass(slots=True)
class StepOutcome:
    """One step: what stands on the page as Step `place` (0: it was removed), and the parts of its texts."""

    result: StepResults
    place: int
    when: str  # a sentence
    parts: list[Part]
    statuses: list[Line]
    failures: list[Line]
    price: Price
    last: bool

    @property
    def hours(self) -> str:
        """The wait after it as people write it: 24, or 0.5."""
        return f"{self.result.stage.wait.total_seconds() / 3600:g}"

    @property
    def lasted(self) -> str:
        """How to show when the last of its texts was asked for: as "clock" or "full"; "" when all went at once."""
        first, last = self.result.first, self.result.last
        if first is None or last is None or last - first < timedelta(minutes=1):
            return ""
        return "clock" if timezone.localdate(first) == timezone.localdate(last) else "full"

    @property
    def older_versions(self) -> list[tuple[int, int]]:
        """(version, texts) of those that had other words than the step has now, the newest first."""
        versions = self.result.versions.items()
        return sorted(((one, texts) for one, texts in versions if one != self.result.stage.version), reverse=True)

    @property
    def of_this_version(self) -> int:
        return self.result.versions.get(self.result.stage.version, 0)


_TEXTS: Final = (
    ("delivered", _("Delivered"), "check-check", "good"),
    ("sent", _("Sent, no word yet"), "check", "accent"),
    ("waiting", _("On its way"), "clock", "plain"),
    ("failed", _("Failed"), "circle-alert", "bad"),
    ("cancelled", _("Cancelled"), "circle-slash", "faint"),
)
OUTCOME_WORDS: Final = {key: word for key, word, _icon, _tone in _TEXTS}
# From what is done to what is to come.
_PEOPLE: Final = (
    (Status.COMPLETED, "good"),
    (Status.IN_PROGRESS, "accent"),
    (Status.PENDING, "coming"),
    (Status.HELD, "wait"),
    (Status.SKIPPED, "faint"),
    (Status.OPTED_OUT, "bad-soft"),
    (Status.FAILED, "bad"),
    (Status.REMOVED, "gone"),
)


def people(results: Results) -> list[Part]:
    """Leads by status, in the order of the bar: together they are everybody who ever was a lead."""
    return _parts(
        (
            *(status.value, looks.STATUSES[status].word, looks.STATUSES[status].icon, tone, results.people[status]),
            query(status=status.value),
        )
        for status, tone in _PEOPLE
    )


def completed(results: Results) -> list[tuple[str, str | Promise, int, str]]:
    """How the completed leads were completed: the key, its word, how many, and the query that shows them."""
    return [
        (how.value, how.label, results.how[how], query(status=Status.COMPLETED.value, how=how.value))
        for how in Recipient.How
    ]


def steps(results: Results, campaign: Campaign) -> list[StepOutcome]:
    """Per step in order; one that was removed is there while it has texts."""
    names = _field_names(campaign, [step.stage for step in results.steps])
    found: list[StepOutcome] = []
    place, before = 0, None
    alive = [step for step in results.steps if not step.stage.removed]
    for step in results.steps:
        stage = step.stage
        when = schedule_words.of(stage, before, place, campaign, names.get(stage.field_key, ""))
        if not stage.removed:
            place, before = place + 1, stage
        shown = 0 if stage.removed else place
        last = bool(alive) and step is alive[-1]
        lines = _statuses(step), [_failure(one, step) for one in step.failures]
        found.append(StepOutcome(step, shown, when, _texts(step, stage.position), *lines, price(step.cost), last))
    return found


def texts(results: Results) -> list[Part]:
    """Texts of all steps by what they have come to."""
    return _texts(results)


def failures(results: Results) -> list[Line]:
    """By reason over all steps."""
    return [_failure(one, None, results.failed) for one in results.failures]


def price(cost: Cost) -> Price:
    parts = (money.to_the_cent(one) if one else "" for one in (cost.settled, cost.expected))
    return Price(money.to_the_cent(cost.total), *parts)


def query(**given: str | int | None) -> str:
    """What shows some of the people in the table of leads: see leads.Wanted."""
    written = urlencode({name: value for name, value in given.items() if value not in ("", None)})
    return f"?{written}" if written else ""


def percent(count: int, total: int) -> str:
    """ "12 %"; less than half a percent of something is not nothing."""
    if not count:
        return ""
    share = 100 * count / total
    return "<1 %" if share < 0.5 else f"{min(99, round(share)) if count < total else 100} %"


def _texts(results: Results | StepResults, position: int | None = None) -> list[Part]:
    return _parts(
        (key, word, icon, tone, getattr(results, key), query(step=position, text=key))
        for key, word, icon, tone in _TEXTS
    )


def _statuses(step: StepResults) -> list[Line]:
    """By the carrier's very words, the most frequent first."""
    by_count = sorted(step.statuses.items(), key=lambda one: -one[1])
    position = step.stage.position
    return [
        Line(states.of(status).word, count, percent(count, step.asked), query(step=position, text=f"only-{status}"))
        for status, count in by_count
    ]


def _failure(one: Failure, step: StepResults | None, total: int = 0) -> Line:
    why = {"code": one.code} if one.code else {"reason": "" if one.reason == str(NO_REASON) else one.reason}
    position = step.stage.position if step else None
    share = percent(one.count, step.asked if step else total)
    return Line(one.reason, one.count, share, query(step=position, text="failed", **why), one.code)


def _field_names(campaign: Campaign, stages: Iterable[Stage]) -> Mapping[str, str]:
    keys = {stage.field_key for stage in stages if stage.timing == Timing.FIELD}
    if not keys:
        return {}
    return dict(CustomField.objects.filter(workspace=campaign.workspace_id, key__in=keys).values_list("key", "label"))


def _parts(given: Iterable[tuple[str, str | Promise, str, str, int, str]]) -> list[Part]:
    counted = list(given)
    total = sum(one[4] for one in counted)
    parts, start = [], 0.0
    for key, word, icon, tone, count, wanted in counted:
        width = round(1000 * count / total, 1) if total else 0.0
        parts.append(Part(key, word, icon, tone, count, round(start, 1), width, percent(count, total), wanted))
        start += width
    return parts
