"""A conversation with a number learns whose it is as soon as somebody saves that person."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from threadline.contacts import links
from threadline.contacts.models import Contact
from threadline.events.publish import Happening
from threadline.events.types import CONVERSATION_CHANGED
from threadline.lib import rows, sql
from threadline.messaging import conversations

LATEST = 1_000  # threads that heal() looks at

# When somebody's number was corrected, the thread with the old one has no person, or waits for whose number it is.
_HAS_ITS_NUMBER = """EXISTS (
    SELECT 1 FROM contacts_contact AS own
    WHERE own.id = messaging_conversation.contact_id AND own.phone = messaging_conversation.address
    UNION ALL SELECT 1 FROM contacts_alias AS other
    WHERE other.contact_id = messaging_conversation.contact_id AND other.phone = messaging_conversation.address
)"""
_FREE = f"(messaging_conversation.contact_id IS NULL OR NOT {_HAS_ITS_NUMBER})"

_GIVEN = {
    "sqlite": "(SELECT key AS phone, value AS id FROM json_each(%s))",
    "postgresql": "(SELECT key AS phone, value::bigint AS id FROM json_each_text(%s::json))",
}


def link(workspace_id: int, contacts: Mapping[str, int]) -> None:
    """Give the conversations with these numbers, {phone: contact id}, their contact, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT messaging_conversation.id, given.id FROM messaging_conversation "
            f"JOIN {_GIVEN[connection.vendor]} AS given ON given.phone = messaging_conversation.address "
            f"WHERE workspace_id = %s AND channel = 'sms' AND {_FREE}",
            [json.dumps(contacts), workspace_id],
        )
        found = cursor.fetchall()
    _name(found)


def _name(found: Sequence[tuple[int, int]]) -> None:
    """Conversations, each with its contact, have one from now on, unless somebody else has just given them theirs."""
    conversations.lock([pk for pk, _contact_id in found])
    rows.update("messaging_conversation", "id", ("contact_id",), found, where=_FREE)


class Threads(links.Room):
    """Whose a conversation is when people are deleted, come back, are merged and taken apart again."""

    def hidden(self, workspace_id: int, contact_ids: Collection[int], at: datetime) -> list[Happening]:
        """Their threads show the bare number."""
        return _give(workspace_id, None, sql.any_of("contact_id"), [sql.array(contact_ids)])

    def shown(self, workspace_id: int, contact_ids: Collection[int], at: datetime) -> list[Happening]:
        """`link` has named their threads again; open pages learn of it."""
        return _happenings(workspace_id, sql.any_of("contact_id"), [sql.array(contact_ids)])

    def renumbered(self, contact_id: int, phone: str) -> None:
        """The thread with the old number is not theirs any more."""
        workspace_id = Contact.objects.values_list("workspace_id", flat=True).get(id=contact_id)
        _give(workspace_id, None, f"contact_id = %s AND channel = 'sms' AND NOT {_HAS_ITS_NUMBER}", [contact_id])

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


@transaction.atomic
def heal() -> int:
    """Name the latest threads whose person was being saved in the very moment that they began; how many.

    Neither transaction can see the other's row then. A lock for every new thread would cost more than this look.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conversation.id, contact.id FROM messaging_conversation AS conversation "
            "JOIN contacts_contact AS contact ON contact.workspace_id = conversation.workspace_id "
            "AND contact.phone = conversation.address AND contact.deleted_at IS NULL "
            "WHERE conversation.contact_id IS NULL AND conversation.channel = 'sms' AND conversation.id > "
            "(SELECT COALESCE(MAX(latest.id), 0) FROM messaging_conversation AS latest) - %s",
            [LATEST],
        )
        found = cursor.fetchall()
    _name(found)
    return len(found)
