"""People become leads: once each, whoever is not left out and not deleted, in the caller's transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import connection

from threadline.campaigns.audience import ranking
from threadline.campaigns.audience.sources import Piece, Source, Sources
from threadline.campaigns.models import Campaign
from threadline.lib import rows, sql

MOST: Final = 5_000  # people of one transaction, so that nobody waits long for the database

# The order of their ids is "oldest first".
_LEADS = """
    INSERT INTO campaigns_recipient
      (campaign_id, workspace_id, contact_id, address, sort_name, status, how, reason, step, rank, added_at)
    SELECT %s, %s, contact.id, contact.phone, lower(substr(contact.name, 1, 80)), 'pending', '', '', 0, {rank}, {now}
    {people} AND contact.deleted_at IS NULL AND NOT {left_out} AND {which}
    ORDER BY {spot}
    ON CONFLICT DO NOTHING
"""
_NO_LEADS_YET = """
    SELECT contact.id {people} AND contact.deleted_at IS NULL AND NOT {left_out}
      AND NOT EXISTS (SELECT 1 FROM campaigns_recipient AS lead
                      WHERE lead.campaign_id = %s AND lead.contact_id = contact.id)
      AND NOT EXISTS (SELECT 1 FROM campaigns_recipient AS lead
                      WHERE lead.campaign_id = %s AND lead.address = contact.phone)
    LIMIT %s
"""


def following(source: Source, cursor: int) -> list[int]:
    """The ids of the next rows of a list's or tag's people behind `cursor`, at most MOST."""
    table, owner = source.members()
    with connection.cursor() as asked:
        asked.execute(
            f"SELECT id FROM {table} WHERE {owner} = %s AND id > %s ORDER BY id LIMIT %s",
            [source.owner_id, cursor, MOST],
        )
        return [pk for (pk,) in asked.fetchall()]


def between(campaign: Campaign, sources: Sources, source: Source, after: int, last: int, now: datetime) -> int:
    """Make leads of a list's or tag's people by the ids of their rows; how many are new."""
    return _insert(campaign, sources, source, Piece("member.id > %s AND member.id <= %s", [after, last]), now)


def some(campaign: Campaign, sources: Sources, source: Source, contact_ids: Collection[int], now: datetime) -> int:
    """Make leads of these of its people; how many are new."""
    which = Piece(sql.any_of("contact.id"), [sql.array(contact_ids)])
    return _insert(campaign, sources, source, which, now)


def missing(campaign: Campaign, sources: Sources, source: Source) -> list[int]:
    """Contacts of this source who should be leads and are none, at most MOST of them. Only reads."""
    people, left_out = source.people(), sources.left_out()
    with connection.cursor() as asked:
        asked.execute(
            _NO_LEADS_YET.format(people=people.sql, left_out=left_out.sql),
            [*people.values, *left_out.values, campaign.pk, campaign.pk, MOST],
        )
        return [pk for (pk,) in asked.fetchall()]


def _insert(campaign: Campaign, sources: Sources, source: Source, which: Piece, now: datetime) -> int:
    people, left_out = source.people(), sources.left_out()
    statement = _LEADS.format(
        rank=ranking.of_new(campaign, source),
        now=sql.moment(),
        people=people.sql,
        left_out=left_out.sql,
        which=which.sql,
        spot=source.spot,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [
                *(campaign.pk, campaign.workspace_id, rows.plain(now)),
                *(*people.values, *left_out.values, *which.values),
            ],
        )
        return int(cursor.rowcount)
