"""One clock per person over all campaigns: two sequences never write to the same person in turns."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from threadline.campaigns.engine.picking import Due
from threadline.campaigns.engine.sleeping import Sleep
from threadline.campaigns.models import Campaign, LaunchRules, Recipient
from threadline.campaigns.sequence.steps import Timing
from threadline.lib import rows, sql

CODE: Final = "other_campaign"
LOOK_AGAIN: Final = timedelta(hours=1)

# In the middle: its text is on the way, or it has more to say by its own pace.
_BUSY = """
    SELECT lead.address, lead.first_text_at, lead.id, campaign.name FROM campaigns_recipient AS lead
    JOIN campaigns_campaign AS campaign ON campaign.id = lead.campaign_id
    WHERE lead.workspace_id = %s AND {of_them} AND lead.campaign_id <> %s AND lead.status = 'in_progress'
      AND campaign.state = 'active' AND (campaign.armed OR campaign.kind = 'scheduled')
      AND (lead.sent_at IS NULL OR EXISTS (
        SELECT 1 FROM campaigns_step AS step WHERE step.campaign_id = lead.campaign_id AND step.removed_at IS NULL
          AND step.position > lead.step AND step.timing = 'after'))
"""


def free(campaign: Campaign, due: list[Due], asleep: list[Sleep], now: datetime) -> list[Due]:
    """Those who may be texted; `asleep` gains whoever is in the middle of another campaign that sends.

    What has a date goes on its date: for it there is the cap on texts per person.
    """
    undated = {one.recipient_id: one.address for one in due if one.stage.timing == Timing.AFTER}
    if not undated or not _one_at_a_time(campaign.workspace_id):
        return due
    busy = _busy(campaign, undated)
    reason = _("“%(name)s” is writing to them now. This campaign follows when that one is done with them.")
    asleep += [
        Sleep(one.recipient_id, now + LOOK_AGAIN, CODE, reason % {"name": busy[one.recipient_id]})
        for one in due
        if one.recipient_id in busy
    ]
    return [one for one in due if one.recipient_id not in busy]


def _one_at_a_time(workspace_id: int) -> bool:
    said = LaunchRules.objects.filter(workspace=workspace_id).values_list("one_at_a_time", flat=True).first()
    return True if said is None else said


def _busy(campaign: Campaign, addresses: Mapping[int, str]) -> dict[int, str]:
    """Of these leads those who have to wait, and for which campaign.

    Who began first goes on, so that no two campaigns wait for each other.
    """
    others = _in_the_middle(campaign, addresses.values())
    if not others:
        return {}
    ours = Recipient.objects.filter(id__in=[pk for pk, address in addresses.items() if address in others])
    began = dict(ours.values_list("id", "first_text_at"))
    return {
        pk: min(names)
        for pk, at in began.items()
        if (names := [name for since, other, name in others[addresses[pk]] if at is None or (since, other) < (at, pk)])
    }


def _in_the_middle(campaign: Campaign, addresses: Collection[str]) -> dict[str, list[tuple[datetime, int, str]]]:
    """By address: since when and as which lead another campaign writes to them, and its name."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BUSY.format(of_them=sql.any_of("lead.address")),
            [campaign.workspace_id, sql.array(addresses), campaign.pk],
        )
        found: dict[str, list[tuple[datetime, int, str]]] = {}
        for address, since, pk, name in cursor.fetchall():
            found.setdefault(address, []).append((rows.moment(since), pk, name))
    return found
