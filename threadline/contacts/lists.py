"""Lists of people: made, filled and emptied in sets, with `size` and `version` kept true."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from threadline.accounts.models import Member, Workspace
from threadline.contacts.models import ContactList
from threadline.lib import rows, sql


class NameTaken(Exception):  # noqa: N818 - what happened, in two words
    """The workspace has a list of this name already; capital letters make no difference."""


def create(workspace: Workspace, name: str, member: Member | None, now: datetime) -> ContactList:
    """Make an empty list. Raises NameTaken."""
    try:
        with transaction.atomic():
            return ContactList.objects.create(workspace=workspace, name=name.strip(), created_by=member, created_at=now)
    except IntegrityError:
        raise NameTaken(name) from None


def add(list_id: int, contact_ids: Iterable[int], now: datetime) -> int:
    """Put people on a list, in the caller's transaction, in this order; how many were not on it yet.

    The list's row is locked first, so that readers who have seen its `version` have seen everybody up to it.
    """
    ContactList.objects.select_for_update().only("id").get(id=list_id)
    people = list(dict.fromkeys(contact_ids))
    given = "unnest(%s::bigint[])" if connection.vendor == "postgresql" else "value FROM json_each(%s) WHERE TRUE"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_listmember (list_id, added_at, contact_id) "
            f"SELECT %s, %s, {given} ON CONFLICT DO NOTHING",
            [list_id, rows.plain(now), sql.array(people)],
        )
        new = int(cursor.rowcount)
    if new:
        ContactList.objects.filter(id=list_id).update(size=F("size") + new, version=F("version") + 1)
    return new


def remove(list_id: int, contact_ids: Iterable[int]) -> int:
    """Take people off a list, in the caller's transaction; how many were on it."""
    ContactList.objects.select_for_update().only("id").get(id=list_id)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM contacts_listmember WHERE list_id = %s AND {sql.any_of('contact_id')}",
            [list_id, sql.array(contact_ids)],
        )
        gone = int(cursor.rowcount)
    if gone:
        ContactList.objects.filter(id=list_id).update(size=F("size") - gone)
    return gone
