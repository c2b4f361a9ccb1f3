"""The circuit breaker: a campaign whose texts fail, or make people opt out, pauses itself and says why."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.campaigns.engine import canary
from threadline.campaigns.models import Campaign, Touch
from threadline.campaigns.running import lifecycle
from threadline.campaigns.sequence.steps import Sequence, sequence_of

LAST: Final = 200  # texts of each step that are looked at
FEWEST: Final = 20  # with a receipt, or people: fewer tell nothing


class _Text(NamedTuple):
    """To whom it went, what became of it, how that lead stands, and the carrier's error."""

    recipient: int
    text: str
    lead: str
    error: str


def check(campaign_ids: Collection[int], now: datetime) -> None:
    """Pause those of these campaigns that should not go on; each in a transaction of its own."""
    active = Campaign.objects.filter(id__in=campaign_ids, state=Campaign.State.ACTIVE).order_by("id")
    for campaign in active:
        sequence = sequence_of(campaign.pk)
        if why := because(campaign, sequence) or canary.because(campaign, sequence, now):
            trip(campaign, why, now)


def trip(campaign: Campaign, why: str, now: datetime) -> None:
    """Pause it; the first texts are judged with that, since whoever resumes it has seen what became of them.

    At once: were they judged for a moment in a campaign that still runs, everybody else would be texted.
    """
    with transaction.atomic():
        if campaign.canary_size and not campaign.canary_passed_at:
            Campaign.objects.filter(pk=campaign.pk).update(canary_passed_at=now)
        lifecycle.pause(campaign, None, now, why)


def because(campaign: Campaign, sequence: Sequence) -> str:
    """Why the campaign has to pause, as a sentence; "" when it has not."""
    if not campaign.most_failed and not campaign.most_opt_outs:
        return ""
    found = _latest(campaign, sequence)
    settled = [one for one in found if one.text in canary.SETTLED]
    failed = [one for one in settled if one.text in canary.FAILED]
    if campaign.most_failed and _too_many(len(failed), len(settled), campaign.most_failed):
        reason = Counter(one.error for one in failed).most_common(1)[0][0]
        sentence = _(
            "%(failed)d of the last %(all)d texts failed, more than %(most)d %%. Most often: %(reason)s "
            "Put that right, then press Resume."
        )
        why = {"failed": len(failed), "all": len(settled), "most": campaign.most_failed}
        return sentence % {**why, "reason": reason or _("the carrier gave no reason.")}
    people = {one.recipient: one.lead for one in found}  # who got several of these texts is one of them
    opted_out = sum(1 for lead in people.values() if lead == "opted_out")
    if campaign.most_opt_outs and _too_many(opted_out, len(people), campaign.most_opt_outs):
        sentence = _(
            "%(n)d of the last %(all)d people opted out, more than %(most)d %%. Look at whom you text and what you "
            "write before you press Resume."
        )
        return sentence % {"n": opted_out, "all": len(people), "most": campaign.most_opt_outs}
    return ""


def _too_many(count: int, of: int, percent: int) -> bool:
    return of >= FEWEST and count * 100 > of * percent


def _latest(campaign: Campaign, sequence: Sequence) -> list[_Text]:
    """The latest texts of each step; since somebody pressed Resume."""
    found: list[_Text] = []
    for stage in sequence:
        touches = Touch.objects.filter(step=stage.id)
        if campaign.watched_from:
            touches = touches.filter(at__gte=campaign.watched_from)
        columns = ("recipient", "message__status", "recipient__status", "message__error")
        found += map(_Text._make, touches.order_by("-id").values_list(*columns)[:LAST])
    return found
