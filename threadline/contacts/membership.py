"""Who is on a list or has a tag, changed in sets: the statements that both share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from threadline.lib import rows, sql


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of (owner, contact, when added), each pair once."""

    name: str
    owner: str

    def add(self, owner_id: int, contact_ids: Iterable[int], now: datetime) -> int:
        """In this order, in the caller's transaction; how many were not there yet."""
        people = list(dict.fromkeys(contact_ids))
        given = "unnest(%s::bigint[])" if connection.vendor == "postgresql" else "value FROM json_each(%s) WHERE TRUE"
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.name} ({self.owner}, added_at, contact_id) "
                f"SELECT %s, %s, {given} ON CONFLICT DO NOTHING",
                [owner_id, rows.plain(now), sql.array(people)],
            )
            return int(cursor.rowcount)

    def remove(self, owner_id: int, contact_ids: Iterable[int]) -> int:
        """How many were there."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {self.name} WHERE {self.owner} = %s AND {sql.any_of('contact_id')}",
                [owner_id, sql.array(contact_ids)],
            )
            return int(cursor.rowcount)


LIST_MEMBERS = Table("contacts_listmember", "list_id")
TAGGINGS = Table("contacts_tagging", "tag_id")
