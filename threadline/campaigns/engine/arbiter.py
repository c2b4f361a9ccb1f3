"""One clock per person over all campaigns: nobody begins a sequence while another one writes to them."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from threadline.campaigns.engine.picking import Due
from threadline.campaigns.engine.sleeping import Sleep
from threadline.campaigns.models import Campaign, LaunchRules
from threadline.lib import sql

CODE: Final = "other_campaign"
LOOK_AGAIN: Final = timedelta(hours=1)

_BUSY = """
    SELECT lead.address, min(campaign.name) FROM campaigns_recipient AS lead
    JOIN campaigns_campaign AS campaign ON campaign.id = lead.campaign_id
    WHERE lead.workspace_id = %s AND {of_them} AND lead.campaign_id <> %s AND lead.status = 'in_progress'
      AND campaign.state = 'active' AND (campaign.armed OR campaign.kind = 'scheduled')
    GROUP BY lead.address
"""


def free(campaign: Campaign, due: list[Due], asleep: list[Sleep], now: datetime) -> list[Due]:
    """Those who may be texted; `asleep` gains whoever is in the middle of another campaign that sends.

    A scheduled campaign goes to everybody at its time: for it there is the cap on texts per person.
    """
    beginning = [one.address for one in due if one.first]
    if campaign.kind != Campaign.Kind.DRIP or not beginning or not _one_at_a_time(campaign.workspace_id):
        return due
    busy = _busy(campaign, beginning)
    reason = _("“%(name)s” is writing to them now. This campaign follows when that one is done with them.")
    asleep += [
        Sleep(one.recipient_id, now + LOOK_AGAIN, CODE, reason % {"name": busy[one.address]})
        for one in due
        if one.first and one.address in busy
    ]
    return [one for one in due if not (one.first and one.address in busy)]


def _one_at_a_time(workspace_id: int) -> bool:
    said = LaunchRules.objects.filter(workspace=workspace_id).values_list("one_at_a_time", flat=True).first()
    return True if said is None else said


def _busy(campaign: Campaign, addresses: list[str]) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            _BUSY.format(of_them=sql.any_of("lead.address")),
            [campaign.workspace_id, sql.array(addresses), campaign.pk],
        )
        return dict(cursor.fetchall())
