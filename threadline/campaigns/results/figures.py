"""What became of a campaign: of every message's texts, of its people, and what it cost."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.results.counting import Counted, count, outcome_of
from threadline.campaigns.sequence.steps import Stage, sequence_of

NO_REASON: Final = _("The carrier gave no reason.")


@dataclass(slots=True)
class Failure:
    """One reason and how many texts had it; `code` is the carrier's, None for our own reasons."""

    code: int | None
    reason: str
    count: int


@dataclass(slots=True)
class Cost:
    """Micro-USD: `settled` as the carrier has rated it, `expected` for texts that it has not rated yet."""

    settled: int = 0
    expected: int = 0

    @property
    def total(self) -> int:
        return self.settled + self.expected


@dataclass(slots=True)
class StepResults:
    """asked = waiting + sent + delivered + failed + cancelled: texts of one step by what they have come to."""

    stage: Stage
    waiting: int = 0
    sent: int = 0  # taken by the carrier, no word of delivery yet
    delivered: int = 0
    failed: int = 0
    cancelled: int = 0
    statuses: dict[str, int] = field(default_factory=dict)  # texts by the very word
    failures: list[Failure] = field(default_factory=list)
    versions: dict[int, int] = field(default_factory=dict)  # texts by the version of the step's words
    replied: int = 0  # people whose last text before their answer was this one
    opted_out: int = 0
    cost: Cost = field(default_factory=Cost)
    first: datetime | None = None  # when it was asked for first and last
    last: datetime | None = None

    @property
    def asked(self) -> int:
        return self.waiting + self.sent + self.delivered + self.failed + self.cancelled

    @property
    def left(self) -> int:
        """How many have left: the carrier has them, or had them."""
        return self.sent + self.delivered + self.failed


@dataclass(slots=True)
class Results:
    """`people` is the number of leads by status; its sum is the audience. `as_of` None: counted just now.

    `series` has a row per `grain` seconds in which something happened: as counting.count says.
    """

    people: dict[str, int]
    how: dict[str, int]
    replied: int
    steps: list[StepResults]
    grain: int
    series: list[list[int]]
    as_of: datetime | None = None

    @property
    def audience(self) -> int:
        return sum(self.people.values())

    @property
    def opted_out(self) -> int:
        """How many did so after a text of this campaign."""
        return sum(step.opted_out for step in self.steps)

    @property
    def opted_out_before(self) -> int:
        """How many were left out, because they had opted out before any text of this campaign."""
        return self.people[Recipient.Status.OPTED_OUT] - self.opted_out

    @property
    def left(self) -> int:
        """How many texts have left."""
        return sum(step.left for step in self.steps)

    @property
    def waiting(self) -> int:
        return sum(step.waiting for step in self.steps)

    @property
    def sent(self) -> int:
        return sum(step.sent for step in self.steps)

    @property
    def delivered(self) -> int:
        return sum(step.delivered for step in self.steps)

    @property
    def failed(self) -> int:
        return sum(step.failed for step in self.steps)

    @property
    def cancelled(self) -> int:
        return sum(step.cancelled for step in self.steps)

    @property
    def cost(self) -> Cost:
        return Cost(sum(step.cost.settled for step in self.steps), sum(step.cost.expected for step in self.steps))

    @property
    def failures(self) -> list[Failure]:
        """By reason over all steps, the most frequent first."""
        return _most_frequent(failure for step in self.steps for failure in step.failures)


def of(campaign: Campaign) -> Results:
    """Everything about one campaign, counted from its rows now. For large ones see snapshots.results."""
    return read(campaign, count(campaign))


def read(campaign: Campaign, counted: Counted, as_of: datetime | None = None) -> Results:
    """What was counted, beside the steps as they are now; a step that was removed only while it has texts."""
    steps = [StepResults(stage) for stage in sequence_of(campaign.pk)]
    by_id = {step.stage.id: step for step in steps}
    for step_id, *texts in counted["texts"]:
        _add(by_id[step_id], *texts)
    for step in steps:
        step.failures = _most_frequent(step.failures)
    for step_id, expected in counted["expected"]:
        by_id[step_id].cost.expected = expected
    for step_id, first, last in counted["went"]:
        by_id[step_id].first, by_id[step_id].last = datetime.fromisoformat(first), datetime.fromisoformat(last)
    for step_id, replied, opted_out in counted["answers"]:
        if step_id in by_id:  # 0 stands for answers before any text
            by_id[step_id].replied, by_id[step_id].opted_out = replied, opted_out
    shown = [step for step in steps if step.asked or not step.stage.removed]
    people, how = counted["people"], counted["how"]
    return Results(people, how, counted["replied"], shown, counted["grain"], counted["series"], as_of)


def _add(step: StepResults, version: int, status: str, code: int | None, reason: str, texts: int, settled: int) -> None:
    outcome = outcome_of(status)
    setattr(step, outcome, getattr(step, outcome) + texts)
    step.statuses[status] = step.statuses.get(status, 0) + texts
    step.versions[version] = step.versions.get(version, 0) + texts
    step.cost.settled += settled
    if outcome == "failed":
        step.failures.append(Failure(code, reason or str(NO_REASON), texts))


def _most_frequent(failures: Iterable[Failure]) -> list[Failure]:
    found: dict[tuple[int | None, str], Failure] = {}
    for one in failures:
        key = (one.code, one.reason)
        found[key] = Failure(*key, one.count + (found[key].count if key in found else 0))
    return sorted(found.values(), key=lambda one: -one.count)
