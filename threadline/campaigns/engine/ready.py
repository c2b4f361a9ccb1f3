"""Which campaigns have somebody to text now: one look for all of them, since most of the time nobody is due."""

from datetime import datetime

from django.db import connection

from threadline.lib import rows

# Candidates only: hours and From are looked at under the campaign's lock, and there the wait counts exactly. Asked for
# as the least of an index, so that no statistics can make PostgreSQL read everybody.
_READY = """
    SELECT campaign.id FROM campaigns_campaign AS campaign
    WHERE campaign.armed AND campaign.state = 'active'
      AND (campaign.batch_left > 0 OR campaign.next_batch_at IS NULL OR campaign.next_batch_at <= %s)
      AND (
        (
          SELECT min(lead.id) FROM campaigns_recipient AS lead
          WHERE lead.campaign_id = campaign.id AND lead.status = 'pending'
        ) IS NOT NULL OR EXISTS (
          SELECT 1 FROM campaigns_step AS step
          WHERE step.campaign_id = campaign.id AND {long_enough_ago} >= (
            SELECT min(lead.sent_at) FROM campaigns_recipient AS lead WHERE lead.campaign_id = campaign.id
            AND lead.step = step.position AND lead.status = 'in_progress' AND lead.sent_at IS NOT NULL
          )
        )
      )
    ORDER BY campaign.id
"""
_LONG_ENOUGH_AGO = {
    "postgresql": "%s::timestamptz - step.wait_hours * interval '1 hour'",
    # Text in Django's form, to the millisecond; one too many, so that nobody is overlooked.
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', %s, (0.001 - step.wait_hours * 3600) || ' seconds')",
}


def campaigns(now: datetime) -> list[int]:
    """The ids of active, armed campaigns between whose batches there is no pause now, and in which somebody is due."""
    at = rows.plain(now)
    with connection.cursor() as cursor:
        cursor.execute(_READY.format(long_enough_ago=_LONG_ENOUGH_AGO[connection.vendor]), [at, at])
        return [pk for (pk,) in cursor.fetchall()]
