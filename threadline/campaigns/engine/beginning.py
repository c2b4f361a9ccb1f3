"""Scheduled campaigns become active by themselves when their time comes."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from threadline.campaigns.models import Campaign
from threadline.campaigns.running import lifecycle

# After a computer was off for longer, its texts may no longer be wanted: somebody has to look first.
TOO_LATE: Final = timedelta(hours=24)


def begin_due(now: datetime) -> None:
    """Let every campaign begin whose time has come."""
    due = Campaign.objects.filter(state=Campaign.State.SCHEDULED, begins_at__lte=now).order_by("id")
    for campaign in due:
        begun = lifecycle.begin(campaign, now)
        if campaign.begins_at is not None and now - campaign.begins_at > TOO_LATE:
            sentence = _(
                "Nothing was running here when its time came, on %(when)s UTC. "
                "Resume sends it now; Stop, then Restart, gives it another time."
            )
            lifecycle.pause(begun, None, now, sentence % {"when": f"{campaign.begins_at:%d %B %H:%M}"})
