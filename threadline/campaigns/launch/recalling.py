"""Recall: for some seconds after a launch nothing leaves yet, and whoever launched can take it all back.

The same when Auto SMS is turned on. Of a campaign that had been launched for longer only that is taken back.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.accounts.models import Member
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, Touch
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import arming, lifecycle, withdrawing
from threadline.events.publish import Happening, publish
from threadline.lib import deadlocks

State = Campaign.State


def possible(campaign: Campaign, now: datetime) -> bool:
    """Whether it was launched seconds ago, or its Auto SMS turned on."""
    running = campaign.state in (State.ACTIVE, State.SCHEDULED, State.PAUSED)
    in_time = campaign.recall_until is not None and now < campaign.recall_until
    return running and in_time and (campaign.armed or not of_auto_sms(campaign))


def of_auto_sms(campaign: Campaign) -> bool:
    """Whether the launch itself could not be recalled any more when Auto SMS was turned on."""
    launched, armed, until = campaign.started_at, campaign.armed_at, campaign.recall_until
    if launched is None or armed is None or until is None:
        return False
    return launched + (until - armed) <= armed


@deadlocks.retried
def recall(campaign: Campaign, member: Member | None, now: datetime) -> tuple[int, int]:
    """Back to Draft, or Auto SMS off again: how many texts were recalled, and how many asked for since had left.

    Raises Refused when it is too late.
    """
    with transaction.atomic():
        locked = lock(campaign.pk)
        if not possible(locked, now):
            raise Refused("too_late", _("The time to recall is over. Pause or stop the campaign instead."))
        only_auto_sms = of_auto_sms(locked)
        since = locked.armed_at if only_auto_sms else locked.started_at
        touches = Touch.objects.filter(recipient__campaign=locked, at__gte=since)
        asked = touches.count()
        if only_auto_sms:
            happenings = arming.turn_off(locked, member, now)
            lifecycle.complete_finished([locked.pk], now)
        else:
            happenings = _to_draft(locked, member, now)
        left = touches.count()
        publish(happenings)
    return asked - left, left


def _to_draft(locked: Campaign, member: Member | None, now: datetime) -> list[Happening]:
    lifecycle.move(locked, "recall", member, now)
    happenings = withdrawing.everything(locked, _("The campaign was recalled."), now)
    return [*happenings, Happening(locked.workspace_id, "campaign.changed", locked.public_id)]
