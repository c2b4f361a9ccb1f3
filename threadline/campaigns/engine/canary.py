"""A campaign may go to its first people alone: what becomes of their texts decides whether the others follow."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import comb
from typing import Final

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from threadline.campaigns.models import Campaign, Touch
from threadline.campaigns.sequence.steps import Sequence
from threadline.messaging.models import Message

ENDLESS: Final = 1_000_000_000
LONGEST: Final = timedelta(minutes=15)  # for receipts: some carriers send few
USUAL: Final = 0.03  # share of texts that fail on any line
UNLIKELY: Final = 0.01  # how likely so many failures may be by chance, before the campaign holds
_BEFORE: Final = 1_000  # texts of the same number that tell what is usual for it

FAILED: Final = ("failed", "undelivered")
SETTLED: Final = (*FAILED, "delivered", "read", "partially_delivered", "canceled")


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of the first texts: `asked` of them, `settled` with a receipt, of which `failed`.

    `last_at` is when the last of them went on its way; None while any has not.
    """

    asked: int
    settled: int
    failed: int
    last_at: datetime | None
    usual: float = USUAL  # share that fails on this line

    def over(self, now: datetime) -> bool:
        """Whether every text has its receipt, or has had time enough for one."""
        return self.settled == self.asked or (self.last_at is not None and now - self.last_at > LONGEST)

    @property
    def suspicious(self) -> bool:
        """Whether so many failures would hardly happen on a line like this by chance."""
        return self.failed > 0 and at_least(self.failed, self.settled, self.usual) < UNLIKELY

    @property
    def holds(self) -> bool:
        """Whether somebody has to look before the others follow. Receipts that nobody sent say nothing good."""
        return self.suspicious or (self.asked > 0 and self.settled == 0)


def at_least(hits: int, of: int, share: float) -> float:
    """How likely `hits` or more of `of` are, when each happens with the probability `share`."""
    return 1 - sum(comb(of, n) * share**n * (1 - share) ** (of - n) for n in range(hits))


def room(campaign: Campaign, sequence: Sequence, now: datetime) -> int:
    """How many texts the campaign may ask for until the first ones are judged; ENDLESS when they were, or need not be.

    Under the campaign's lock. A trial that went well is noted; of one that did not, because() says why to pause.
    """
    if not campaign.canary_size or campaign.canary_passed_at:
        return ENDLESS
    left = campaign.canary_size - _touches(sequence).count()
    if left > 0:
        return left
    found = trial(campaign, sequence)
    if not found.over(now) or found.holds:
        return 0
    campaign.canary_passed_at = now
    campaign.save(update_fields=["canary_passed_at"])
    return ENDLESS


def because(campaign: Campaign, sequence: Sequence, now: datetime) -> str:
    """Why the campaign has to pause after its first texts; "" when it has not."""
    if not campaign.canary_size or campaign.canary_passed_at:
        return ""
    found = trial(campaign, sequence)
    if found.asked < campaign.canary_size or not found.over(now) or not found.holds:
        return ""
    if not found.suspicious:
        sentence = ngettext(
            "The first text has no receipt after %(minutes)d minutes, so nobody knows whether it arrived. "
            "Ask this person, or look at the number. Resume goes on with everybody else.",
            "None of the first %(asked)d texts has a receipt after %(minutes)d minutes, so nobody knows whether they "
            "arrived. Ask one of these people, or look at the number. Resume goes on with everybody else.",
            found.asked,
        )
        return sentence % {"asked": found.asked, "minutes": LONGEST.total_seconds() // 60}
    sentence = _(
        "%(failed)d of the first %(asked)d texts failed; on this number about %(usual)s %% usually do. "
        "See why under Results. Resume goes on with everybody else."
    )
    return sentence % {"failed": found.failed, "asked": found.asked, "usual": f"{found.usual * 100:.0f}"}


def trial(campaign: Campaign, sequence: Sequence) -> Trial:
    """The facts of the first texts."""
    messages = Message.objects.filter(id__in=_touches(sequence).values("message"))
    statuses = list(messages.values_list("status", flat=True))
    settled = sum(1 for status in statuses if status in SETTLED)
    failed = sum(1 for status in statuses if status in FAILED)
    waits = messages.filter(sid=None).exclude(status__in=SETTLED).exists()
    last_at = None if waits else messages.aggregate(last=Max("attempts__wire_at"))["last"]
    return Trial(len(statuses), settled, failed, last_at, _usual(campaign))


def _touches(sequence: Sequence) -> QuerySet[Touch]:
    return Touch.objects.filter(step__in=[stage.id for stage in sequence])


def _usual(campaign: Campaign) -> float:
    """The share of this line's texts that failed before, USUAL at the least: few texts tell little."""
    before = Message.objects.filter(workspace=campaign.workspace_id).exclude(source=campaign.source)
    latest = list(before.order_by("-id").values_list("number", "direction", "status")[:_BEFORE])
    ours = [status for number, direction, status in latest if direction == "outbound" and number == campaign.number_id]
    failed = sum(1 for status in ours if status in FAILED)
    return max(USUAL, failed / len(ours)) if len(ours) >= 100 else USUAL
