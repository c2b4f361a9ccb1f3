"""When a campaign's hours are over, what has not left is taken back; its leads get it when the hours begin again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.campaigns import withdrawing
from threadline.campaigns.locking import lock_if_free
from threadline.campaigns.models import Campaign
from threadline.events.publish import Happening, publish
from threadline.lib.deadlocks import retried
from threadline.lib.windows import Window
from threadline.messaging.gate import SHORTEST_VALIDITY
from threadline.messaging.models import OutboxEntry

MARGIN = timedelta(seconds=30)  # for the queue: what is asked for later would only be taken back


def not_after(campaign: Campaign, now: datetime) -> datetime | None:
    """When the hours that it is in now end; None when it sends at any time."""
    return _window(campaign).closes_after(now)


def is_open(campaign: Campaign, now: datetime) -> bool:
    """Whether a text that is asked for now can still reach the person within the hours."""
    window = _window(campaign)
    if not window.open_at(now):
        return False
    closes = window.closes_after(now)
    return closes is None or now < closes - SHORTEST_VALIDITY - MARGIN


def opens_after(campaign: Campaign, now: datetime) -> datetime:
    """The first moment from `now` on when it may ask for texts: `now` itself when that is so."""
    if is_open(campaign, now):
        return now
    window = _window(campaign)
    closes = window.closes_after(now) if window.open_at(now) else None
    return window.opens_after(closes or now)


def take_back(now: datetime) -> None:
    """Withdraw the texts of every armed campaign whose hours are over."""
    limited = Campaign.objects.filter(armed=True, state=Campaign.State.ACTIVE, window_end__isnull=False)
    for campaign in limited.order_by("id"):
        waiting = OutboxEntry.objects.filter(workspace=campaign.workspace_id, source=campaign.source)
        if not is_open(campaign, now) and waiting.filter(claimed_by="", not_after__isnull=False).exists():
            _close(campaign.pk, now)


@retried
def _close(campaign_id: int, now: datetime) -> None:
    with transaction.atomic():
        campaign = lock_if_free(campaign_id)
        if campaign is None or is_open(campaign, now):
            return
        happenings = withdrawing.everything(campaign, _("The sending hours were over."), now)
        publish([*happenings, Happening(campaign.workspace_id, "campaign.changed", campaign.public_id)])


def _window(campaign: Campaign) -> Window:
    return Window(campaign.timezone, campaign.window_start, campaign.window_end)
