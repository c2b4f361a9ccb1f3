"""What became of a campaign: of every step's texts, and of its people."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext as _

from threadline.campaigns.audience import counts
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.steps import Stage, sequence_of
from threadline.lib import sql

# A text counts for what it has come to: one that was delivered was sent as well, and is counted once, as delivered.
_DELIVERED = frozenset({"delivered", "read", "partially_delivered"})
_FAILED = frozenset({"failed", "undelivered"})


@dataclass(slots=True)
class Failure:
    """One reason and how many texts had it; `code` is the carrier's, None for our own reasons."""

    code: int | None
    reason: str
    count: int


@dataclass(slots=True)
class StepResults:
    """asked = waiting + sent + delivered + failed + cancelled: texts of one step by what they have come to."""

    stage: Stage
    waiting: int = 0
    sent: int = 0  # taken by the carrier, no word of delivery yet
    delivered: int = 0
    failed: int = 0
    cancelled: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return self.waiting + self.sent + self.delivered + self.failed + self.cancelled

    @property
    def left(self) -> int:
        """How many have left: the carrier has them, or had them."""
        return self.sent + self.delivered + self.failed


@dataclass(slots=True)
class Results:
    """`people` is the number of leads by status; its sum is the audience."""

    people: dict[str, int]
    replied: int
    steps: list[StepResults]

    @property
    def audience(self) -> int:
        return sum(self.people.values())

    @property
    def opted_out(self) -> int:
        return self.people[Recipient.Status.OPTED_OUT]

    @property
    def sent(self) -> int:
        return sum(step.left for step in self.steps)

    @property
    def delivered(self) -> int:
        return sum(step.delivered for step in self.steps)

    @property
    def failed(self) -> int:
        return sum(step.failed for step in self.steps)

    @property
    def failures(self) -> list[Failure]:
        """By reason over all steps, the most frequent first."""
        return _most_frequent(failure for step in self.steps for failure in step.failures)


def of(campaign: Campaign) -> Results:
    """Everything about one campaign, counted from its rows."""
    steps = [StepResults(stage) for stage in sequence_of(campaign.pk)]
    by_id = {step.stage.id: step for step in steps}
    for step_id, status, code, error, count in _texts(list(by_id)):
        _count(by_id[step_id], status, code, error, count)
    for step in steps:
        step.failures = _most_frequent(step.failures)
    # A STOP is no answer: it is counted as what it is.
    replied = campaign.recipients.filter(replied_at__isnull=False).exclude(status=Recipient.Status.OPTED_OUT).count()
    return Results(counts(campaign), replied, [step for step in steps if step.asked or not step.stage.removed])


def _texts(step_ids: list[int]) -> list[tuple[int, str, int | None, str, int]]:
    failed = "CASE WHEN message.status IN ('failed', 'undelivered') THEN message.error ELSE '' END"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT touch.step_id, message.status, message.error_code, {failed} AS reason, count(*) "
            "FROM campaigns_touch AS touch JOIN messaging_message AS message ON message.id = touch.message_id "
            f"WHERE {sql.any_of('touch.step_id')} "
            "GROUP BY touch.step_id, message.status, message.error_code, reason",
            [sql.array(step_ids)],
        )
        return list(cursor.fetchall())


def _count(step: StepResults, status: str, code: int | None, error: str, count: int) -> None:
    if status in _DELIVERED:
        step.delivered += count
    elif status in _FAILED:
        step.failed += count
        step.failures.append(Failure(code, error or _("The carrier gave no reason."), count))
    elif status == "sent":
        step.sent += count
    elif status == "canceled":
        step.cancelled += count
    else:
        step.waiting += count


def _most_frequent(failures: Iterable[Failure]) -> list[Failure]:
    found: dict[tuple[int | None, str], Failure] = {}
    for one in failures:
        key = (one.code, one.reason)
        found[key] = Failure(*key, one.count + (found[key].count if key in found else 0))
    return sorted(found.values(), key=lambda one: -one.count)
