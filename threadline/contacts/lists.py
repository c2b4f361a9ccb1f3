"""Lists of people: made, filled and emptied in sets, with `size` and `version` kept true. `size` counts the living."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from threadline.accounts import audit
from threadline.accounts.models import Member, Workspace
from threadline.contacts import alike, links
from threadline.contacts.membership import LIST_MEMBERS
from threadline.contacts.models import ContactList, Import, ListMember
from threadline.lib import deadlocks


class NameTaken(Exception):  # noqa: N818 - what happened, in two words
    """The workspace has a list of this name already; capital letters make no difference."""


def create(workspace: Workspace, name: str, member: Member | None, now: datetime) -> ContactList:
    """Make an empty list. Raises NameTaken."""
    if alike.called(workspace.lists, name):
        raise NameTaken(name)
    name = alike.plain(name)
    try:
        with transaction.atomic():
            return ContactList.objects.create(workspace=workspace, name=name, created_by=member, created_at=now)
    except IntegrityError:
        raise NameTaken(name) from None


def add(list_id: int, contact_ids: Iterable[int], now: datetime) -> int:
    """Put people on a list, in the caller's transaction, in this order; how many were not on it yet.

    The list's row is locked first, so that readers who have seen its `version` have seen everybody up to it.
    """
    ContactList.objects.select_for_update(no_key=True).only("id").get(id=list_id)
    people = list(contact_ids)
    before = _living(list_id, people)
    new = LIST_MEMBERS.add(list_id, people, now)
    again = links.listed(list_id, people)
    if new or again:
        more = _living(list_id, people) - before if new else 0
        ContactList.objects.filter(id=list_id).update(size=F("size") + more, version=F("version") + 1)
    return new


def remove(list_id: int, contact_ids: Iterable[int]) -> int:
    """Take people off a list, in the caller's transaction; how many were on it."""
    ContactList.objects.select_for_update(no_key=True).only("id").get(id=list_id)
    people = list(contact_ids)
    less = _living(list_id, people)
    gone = LIST_MEMBERS.remove(list_id, people)
    if less:
        ContactList.objects.filter(id=list_id).update(size=F("size") - less)
    return gone


def _living(list_id: int, people: list[int]) -> int:
    """How many of these count as its members: whoever is deleted was taken from `size` then."""
    members = ListMember.objects.filter(list=list_id, contact__in=people, contact__deleted_at=None)
    return members.count()


@deadlocks.retried
@transaction.atomic
def delete(given: ContactList, member: Member | None) -> None:
    """The list goes, its people stay. Raises ProtectedError when a campaign uses it.

    Locked in the order of an import that puts people on it: the import, the list, and only then its members.
    """
    into_it = Import.objects.filter(into=given.pk).order_by("id")
    list(into_it.select_for_update(no_key=True).values_list("id", flat=True))
    for one in ContactList.objects.select_for_update().filter(id=given.pk):
        audit.record(one.workspace, member, "list.deleted", one.public_id, name=one.name, size=one.size)
        one.delete()
