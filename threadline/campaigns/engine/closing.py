"""What has not left when its hours are over is taken back; its leads get it when the hours begin again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.campaigns.locking import lock_if_free
from threadline.campaigns.running import withdrawing
from threadline.events.publish import Happening, publish
from threadline.lib.deadlocks import retried
from threadline.messaging.gate import SHORTEST_VALIDITY
from threadline.messaging.models import OutboxEntry

SOURCE = "campaign:"  # how the source of a campaign's texts begins
# A moment after the sender leaves such a text alone: it may have it in hand until then.
MARGIN = timedelta(seconds=1)


def take_back(now: datetime) -> None:
    """Withdraw the texts of campaigns whose hours are over, or so nearly that the sender leaves them alone."""
    late = OutboxEntry.objects.filter(claimed_by="", not_after__lt=now + SHORTEST_VALIDITY - MARGIN)
    sources = late.filter(source__startswith=SOURCE).values_list("source", flat=True).distinct()
    for source in sorted(sources):
        _close(int(source.removeprefix(SOURCE)), now)


@retried
def _close(campaign_id: int, now: datetime) -> None:
    with transaction.atomic():
        campaign = lock_if_free(campaign_id)
        if campaign is None:
            return
        late = now + SHORTEST_VALIDITY - MARGIN
        happenings = withdrawing.late(campaign, late, _("The sending hours were over."), now)
        publish([*happenings, Happening(campaign.workspace_id, "campaign.changed", campaign.public_id)])
