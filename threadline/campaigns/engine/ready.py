"""Which campaigns have somebody to text now: few looks for all of them, since most of the time nobody is due."""

import json
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from threadline.campaigns.engine.pace import Pace
from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence import timing
from threadline.campaigns.sequence.steps import sequences
from threadline.lib import rows

# Candidates only: hours, From and each person's own clock are looked at under the campaign's lock. Asked for as the
# least of an index, so that no statistics can make PostgreSQL read everybody.
_READY = """
    SELECT DISTINCT look.campaign_id FROM {looks}
    WHERE CASE WHEN look.place = 0 THEN (
        SELECT min(lead.id) FROM campaigns_recipient AS lead
        WHERE lead.campaign_id = look.campaign_id AND lead.status = 'pending' AND lead.deferred_until IS NULL
      ) IS NOT NULL
      ELSE look.latest >= (
        SELECT min(lead.sent_at) FROM campaigns_recipient AS lead
        WHERE lead.campaign_id = look.campaign_id AND lead.step = look.place AND lead.status = 'in_progress'
          AND lead.sent_at IS NOT NULL AND lead.deferred_until IS NULL
      ) END
    ORDER BY look.campaign_id
"""
_LOOKS = {
    "postgresql": "unnest(%s::bigint[], %s::int[], %s::timestamptz[]) AS look (campaign_id, place, latest)",
    "sqlite": "(SELECT json_extract(value, '$[0]') AS campaign_id, json_extract(value, '$[1]') AS place, "
    "json_extract(value, '$[2]') AS latest FROM json_each(%s)) "
    "AS look",
}


def campaigns(now: datetime) -> list[int]:
    """The ids of campaigns that send by themselves, may ask for a text now, and in which somebody may be due."""
    sending = [one for one in running() if Pace.of(one).room(now) > 0]
    chains = sequences([one.pk for one in sending])
    looks = [
        (one.pk, position, latest)
        for one in sending
        for position, latest in timing.bounds(chains[one.pk], one.timezone, now)
    ]
    if not looks:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_READY.format(looks=_LOOKS[connection.vendor]), _parameters(looks))
        return [pk for (pk,) in cursor.fetchall()]


def running() -> list[Campaign]:
    """Active campaigns for whose next text nobody has to press anything, with what their pace and bounds ask for."""
    by_itself = Q(armed=True) | Q(kind=Campaign.Kind.SCHEDULED)
    active = Campaign.objects.filter(by_itself, state=Campaign.State.ACTIVE).order_by("id")
    return list(active.only("kind", "timezone", "batch_size", "batch_minutes", "batch_left", "next_batch_at"))


def _parameters(looks: list[tuple[int, int, datetime]]) -> list[Any]:
    if connection.vendor == "postgresql":
        return [list(column) for column in zip(*looks, strict=True)]
    return [json.dumps([(pk, position, rows.plain(latest)) for pk, position, latest in looks])]
