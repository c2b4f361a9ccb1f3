"""A conversation with a number learns whose it is as soon as somebody saves that person."""

import json
from collections.abc import Mapping

from django.db import connection

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


def heal() -> int:
    """Name the latest threads whose person was being saved in the very moment that they began; how many.

    Neither transaction can see the other's row then. A lock for every new thread would cost more than this look.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_conversation SET contact_id = contact.id FROM contacts_contact AS contact "
            "WHERE messaging_conversation.contact_id IS NULL AND messaging_conversation.channel = 'sms' "
            "AND contact.workspace_id = messaging_conversation.workspace_id "
            "AND contact.phone = messaging_conversation.address AND messaging_conversation.id > "
            "(SELECT COALESCE(MAX(latest.id), 0) FROM messaging_conversation AS latest) - %s",
            [LATEST],
        )
        return int(cursor.rowcount)
