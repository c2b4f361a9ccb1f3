"""The place of a lead by list order or by chance, for the two lead priorities that want one; it is never 0 then."""

from collections.abc import Sequence
from typing import Final

from django.db import connection

from threadline.campaigns.audience import sources
from threadline.campaigns.audience.sources import By, Piece, Source
from threadline.campaigns.models import Campaign

Priority = Campaign.Priority
_ROOM: Final = 2**40  # for the people of one source; what is behind the last place is in none of them any more
_LAST: Final = 2**62
_CHANCE: Final = {
    "sqlite": f"abs(random() % {_LAST}) + 1",
    "postgresql": f"floor(random() * {_LAST})::bigint + 1",
}


def of_new(campaign: Campaign, source: Source) -> str:
    """The rank of somebody who becomes a lead, as SQL about `member` or `contact` of the source."""
    if campaign.priority == Priority.LIST:
        return f"{source.place * _ROOM} + {source.spot}"
    return _CHANCE[connection.vendor] if campaign.priority == Priority.RANDOM else "0"


def rank(campaign: Campaign) -> None:
    """Give everybody a new place, in the caller's transaction, which has changed the priority under its lock.

    Whoever has ended gets one too: they may be asked for again. About five seconds for a million leads.
    """
    place = Piece("0")
    if campaign.priority == Priority.LIST:
        place = _first(sources.of(campaign).included)
    elif campaign.priority == Priority.RANDOM:
        place = Piece(_CHANCE[connection.vendor])
    changes = " AND rank > 0" if place.sql == "0" else ""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # whoever follows them takes them by their ids, an UPDATE as they lie
            leads = f"SELECT 1 FROM campaigns_recipient WHERE campaign_id = %s{changes} ORDER BY id FOR NO KEY UPDATE"
            cursor.execute(f"SELECT COUNT(*) FROM ({leads}) AS locked", [campaign.pk])
        cursor.execute(
            f"UPDATE campaigns_recipient SET rank = {place.sql} WHERE campaign_id = %s{changes}",
            [*place.values, campaign.pk],
        )


def _first(included: Sequence[Source]) -> Piece:
    """Where a lead stands on the first list that has them."""
    found = [_spot(source) for source in included]
    values = [value for one in found for value in one.values]
    return Piece(f"COALESCE({', '.join(one.sql for one in found)}, {_LAST} + id)", values)


def _spot(source: Source) -> Piece:
    start = source.place * _ROOM
    if source.by == By.FIELD:
        fits = source.holds()
        return Piece(
            f"(SELECT {start} + contact.id FROM contacts_contact AS contact "
            f"WHERE contact.id = campaigns_recipient.contact_id AND {fits.sql})",
            fits.values,
        )
    table, owner = source.members()
    return Piece(
        f"(SELECT {start} + one.id FROM {table} AS one "
        f"WHERE one.{owner} = %s AND one.contact_id = campaigns_recipient.contact_id)",
        [source.owner_id],
    )
