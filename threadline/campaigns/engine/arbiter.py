"""One clock per person over all campaigns: two sequences never write to the same person in turns."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from threadline.campaigns.engine.picking import Due
from threadline.campaigns.engine.sleeping import Sleep
from threadline.campaigns.models import Campaign, LaunchRules
from threadline.campaigns.sequence.steps import Timing
from threadline.lib import sql

CODE: Final = "other_campaign"
LOOK_AGAIN: Final = timedelta(hours=1)

# In the middle: its text is on the way, or it has more to say by its own pace. Who began first goes on, so that no two
# wait for each other.
_BUSY = """
    SELECT mine.id, min(campaign.name) FROM campaigns_recipient AS mine
    JOIN campaigns_recipient AS lead ON lead.workspace_id = mine.workspace_id AND lead.address = mine.address
    JOIN campaigns_campaign AS campaign ON campaign.id = lead.campaign_id
    WHERE {of_them} AND lead.campaign_id <> mine.campaign_id AND lead.status = 'in_progress'
      AND campaign.state = 'active' AND (campaign.armed OR campaign.kind = 'scheduled')
      AND (lead.sent_at IS NULL OR EXISTS (
        SELECT 1 FROM campaigns_step AS step WHERE step.campaign_id = lead.campaign_id AND step.removed_at IS NULL
          AND step.position > lead.step AND step.timing = 'after'))
      AND (mine.first_text_at IS NULL OR lead.first_text_at < mine.first_text_at
        OR (lead.first_text_at = mine.first_text_at AND lead.id < mine.id))
    GROUP BY mine.id
"""


def free(campaign: Campaign, due: list[Due], asleep: list[Sleep], now: datetime) -> list[Due]:
    """Those who may be texted; `asleep` gains whoever is in the middle of another campaign that sends.

    What has a date goes on its date: for it there is the cap on texts per person.
    """
    undated = [one.recipient_id for one in due if one.stage.timing == Timing.AFTER]
    if not undated or not _one_at_a_time(campaign.workspace_id):
        return due
    busy = _busy(undated)
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


def _busy(lead_ids: list[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_BUSY.format(of_them=sql.any_of("mine.id")), [sql.array(lead_ids)])
        return dict(cursor.fetchall())
