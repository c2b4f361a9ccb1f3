"""Results as the pages show them: parts of a whole with their words, drawn as bars."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from threadline.campaigns import looks
from threadline.campaigns.models import Recipient
from threadline.campaigns.results import Results, StepResults

Status = Recipient.Status


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar. `start` and `width` are in per mille of it; `tone` chooses its colour, `key` its filter."""

    key: str
    word: str | Promise
    icon: str
    tone: str
    count: int
    start: float
    width: float
    percent: str


@dataclass(slots=True)
class StepOutcome:
    """One step: what stands on the page as Step `place` (0: it was removed), and the parts of its texts."""

    result: StepResults
    place: int
    parts: list[Part]
    last: bool

    @property
    def hours(self) -> str:
        """The wait after it as people write it: 24, or 0.5."""
        return f"{self.result.stage.wait.total_seconds() / 3600:g}"


_TEXTS: Final = (
    ("delivered", _("Delivered"), "check-check", "good"),
    ("sent", _("Sent, no word yet"), "check", "accent"),
    ("waiting", _("On its way"), "clock", "plain"),
    ("failed", _("Failed"), "circle-alert", "bad"),
    ("cancelled", _("Cancelled"), "circle-slash", "faint"),
)
# From what is done to what is to come.
_PEOPLE: Final = (
    (Status.COMPLETED, "good"),
    (Status.IN_PROGRESS, "accent"),
    (Status.PENDING, "plain"),
    (Status.HELD, "wait"),
    (Status.SKIPPED, "faint"),
    (Status.OPTED_OUT, "bad-soft"),
    (Status.FAILED, "bad"),
    (Status.REMOVED, "gone"),
)


def people(results: Results) -> list[Part]:
    """Leads by status, in the order of the bar: together they are everybody who ever was a lead."""
    return _parts(
        (status.value, looks.STATUSES[status].word, looks.STATUSES[status].icon, tone, results.people[status])
        for status, tone in _PEOPLE
    )


def steps(results: Results) -> list[StepOutcome]:
    """Per step in order; one that was removed is there while it has texts."""
    found, place = [], 0
    alive = [step for step in results.steps if not step.stage.removed]
    for step in results.steps:
        place += not step.stage.removed
        parts = _parts((key, word, icon, tone, getattr(step, key)) for key, word, icon, tone in _TEXTS)
        found.append(StepOutcome(step, 0 if step.stage.removed else place, parts, bool(alive) and step is alive[-1]))
    return found


def _parts(given: Iterable[tuple[str, str | Promise, str, str, int]]) -> list[Part]:
    counted = list(given)
    total = sum(one[-1] for one in counted)
    parts, start = [], 0.0
    for key, word, icon, tone, count in counted:
        width = round(1000 * count / total, 1) if total else 0.0
        parts.append(Part(key, word, icon, tone, count, round(start, 1), width, _percent(count, total)))
        start += width
    return parts


def _percent(count: int, total: int) -> str:
    """ "12 %"; less than half a percent of something is not nothing."""
    if not count:
        return ""
    share = 100 * count / total
    return "<1 %" if share < 0.5 else f"{min(99, round(share)) if count < total else 100} %"
