"""Scheduled campaigns become active by themselves when their time comes."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.campaigns.launch.agreed import outgrown
from threadline.campaigns.locking import lock_if_free
from threadline.campaigns.models import Campaign
from threadline.campaigns.running import lifecycle
from threadline.events.publish import once_at_the_end
from threadline.lib.deadlocks import retried

# After a computer was off for longer, its texts may no longer be wanted: somebody has to look first.
TOO_LATE: Final = timedelta(hours=24)


def begin_due(now: datetime) -> None:
    """Let every campaign begin whose time has come."""
    due = Campaign.objects.filter(state=Campaign.State.SCHEDULED, begins_at__lte=now).order_by("id")
    for pk in list(due.values_list("id", flat=True)):
        _begin(pk, now)


@retried
def _begin(campaign_id: int, now: datetime) -> None:
    """In one transaction: were one that is late active for a moment, a kill would leave it so, and it would send."""
    with transaction.atomic(), once_at_the_end():
        campaign = lock_if_free(campaign_id)
        if campaign is None or campaign.state != Campaign.State.SCHEDULED:
            return  # somebody was quicker, or has it in hand
        at = campaign.begins_at
        if at is None or at > now:
            return  # moved meanwhile
        lifecycle.begin(campaign, now)
        if now - at > TOO_LATE:
            sentence = _(
                "Nothing was running here when its time came, on %(when)s UTC. "
                "Resume sends it now; Stop, then Restart, gives it another time."
            )
            lifecycle.pause(campaign, None, now, sentence % {"when": f"{at:%d %B %H:%M}"})
        elif refused := outgrown(campaign):
            lifecycle.pause(campaign, None, now, refused.sentence)
