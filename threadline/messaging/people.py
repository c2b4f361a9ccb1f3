"""A conversation with a number learns whose it is as soon as somebody saves that person."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from threadline.contacts import links
from threadline.events.publish import Happening
from threadline.events.types import CONVERSATION_CHANGED
from threadline.lib import sql
from threadline.messaging import conversations

LATEST = 1_000  # threads that heal() looks at

_GIVEN = {
    "sqlite": "(SELECT key AS phone, value AS id FROM json_each(%s))",
    "postgresql": "(SELECT key AS phone, value::bigint AS id FROM json_each_text(%s::json))",
}


def link(workspace_id: int, contacts: Mapping[str, int]) -> None:
    """Give the conversations with these numbers, {phone: contact id}, their contact, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE messaging_conversation SET contact_id = given.id FROM {_GIVEN[connection.vendor]} AS given "
            "WHERE messaging_conversation.workspace_id = %s AND messaging_conversation.channel = 'sms' "
            "AND messaging_conversation.address = given.phone AND messaging_conversation.contact_id IS NULL",
            [json.dumps(contacts), workspace_id],
        )


class Threads(links.Room):
    """Whose a conversation is when people are deleted, come back, are merged and taken apart again."""

    def hidden(self, workspace_id: int, contact_ids: Collection[int], at: datetime) -> list[Happening]:
        """Their threads show the bare number."""
        return _give(workspace_id, None, sql.any_of("contact_id"), [sql.array(contact_ids)])

    def shown(self, workspace_id: int, contact_ids: Collection[int], at: datetime) -> list[Happening]:
        """`link` has named their threads again; open pages learn of it."""
        return _happenings(workspace_id, sql.any_of("contact_id"), [sql.array(contact_ids)])

    def moved(self, move: links.Move) -> list[Happening]:
        which = f"contact_id = %s AND {sql.any_of('address')}"
        return _give(move.workspace_id, move.target, which, [move.source, sql.array(move.phones)])


def _give(workspace_id: int, contact_id: int | None, which: str, values: list[Any]) -> list[Happening]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM messaging_conversation WHERE workspace_id = %s AND {which}", [workspace_id, *values]
        )
        ids = [pk for (pk,) in cursor.fetchall()]
        conversations.lock(ids)
        cursor.execute(
            f"UPDATE messaging_conversation SET contact_id = %s WHERE {sql.any_of('id')}", [contact_id, sql.array(ids)]
        )
    return _happenings(workspace_id, sql.any_of("id"), [sql.array(ids)])


def _happenings(workspace_id: int, which: str, values: list[Any]) -> list[Happening]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT public_id FROM messaging_conversation WHERE workspace_id = %s AND {which} ORDER BY id",
            [workspace_id, *values],
        )
        nothing: dict[str, Any] = {"messages": [], "inbound": 0}
        return [Happening(workspace_id, CONVERSATION_CHANGED, one, nothing) for (one,) in cursor.fetchall()]


def heal() -> int:
    """Name the latest threads whose person was being saved in the very moment that they began; how many.

    Neither transaction can see the other's row then. A lock for every new thread would cost more than this look.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_conversation SET contact_id = contact.id FROM contacts_contact AS contact "
            "WHERE messaging_conversation.contact_id IS NULL AND messaging_conversation.channel = 'sms' "
            "AND contact.workspace_id = messaging_conversation.workspace_id "
            "AND contact.deleted_at IS NULL "
            "AND contact.phone = messaging_conversation.address AND messaging_conversation.id > "
            "(SELECT COALESCE(MAX(latest.id), 0) FROM messaging_conversation AS latest) - %s",
            [LATEST],
        )
        return int(cursor.rowcount)
