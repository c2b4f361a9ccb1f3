"""Recall: for some seconds after a launch nothing leaves yet, and whoever launched can take it all back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.accounts.models import Member
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, Touch
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import lifecycle, withdrawing
from threadline.events.publish import Happening, publish
from threadline.lib import deadlocks


def possible(campaign: Campaign, now: datetime) -> bool:
    """Whether it was launched seconds ago."""
    running = campaign.state in (Campaign.State.ACTIVE, Campaign.State.SCHEDULED)
    return running and campaign.recall_until is not None and now < campaign.recall_until


@deadlocks.retried
def recall(campaign: Campaign, member: Member | None, now: datetime) -> tuple[int, int]:
    """Back to Draft: how many texts were recalled, and how many had left. Raises Refused when it is too late."""
    with transaction.atomic():
        locked = lock(campaign.pk)
        if not possible(locked, now):
            raise Refused("too_late", _("The time to recall is over. Pause or stop the campaign instead."))
        touches = Touch.objects.filter(recipient__campaign=locked, at__gte=locked.started_at)
        asked = touches.count()
        lifecycle.move(locked, "recall", member, now)
        happenings = withdrawing.everything(locked, _("The campaign was recalled."), now)
        left = touches.count()
        publish([*happenings, Happening(locked.workspace_id, "campaign.changed", locked.public_id)])
    return asked - left, left
