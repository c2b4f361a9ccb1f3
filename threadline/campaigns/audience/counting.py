"""How many people are in a campaign, and how many would be."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count

from threadline.campaigns.audience import sources
from threadline.campaigns.models import Campaign, Recipient


@dataclass(frozen=True, slots=True)
class Size:
    """`found` are on its lists, have its tags or fields; `left_out` of them are not texted."""

    found: int
    left_out: int

    @property
    def people(self) -> int:
        return self.found - self.left_out


def counts(campaign: Campaign) -> dict[str, int]:
    """How many leads have which status; every status is there, and the sum is the audience."""
    found = dict(campaign.recipients.values_list("status").annotate(Count("id")).order_by())
    return {status: found.get(status, 0) for status in Recipient.Status.values}


def size(campaign: Campaign) -> Size:
    """Whom its lists, tags and fields make it text at this moment; a list alone knows its size."""
    found = sources.of(campaign)
    if len(found.included) == 1 and not found.excluded:
        return Size(campaign.list.size, 0)
    pieces = [source.people() for source in found.included]
    left_out = found.left_out()
    everybody = " UNION ".join(f"SELECT contact.id {one.sql}" for one in pieces)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*), COALESCE(SUM(CASE WHEN {left_out.sql} THEN 1 ELSE 0 END), 0) "
            f"FROM contacts_contact AS contact WHERE contact.deleted_at IS NULL AND contact.id IN ({everybody})",
            [*left_out.values, *(value for one in pieces for value in one.values)],
        )
        every, without = cursor.fetchone()
    return Size(int(every), int(without))
