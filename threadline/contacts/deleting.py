"""Deleting people hides them: what passed with them is kept, and the same numbers bring them back."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from threadline.accounts import audit
from threadline.accounts.models import Member, Workspace
from threadline.contacts import links, people, sizes
from threadline.contacts.models import Alias, Contact, Merge
from threadline.events.publish import publish
from threadline.lib import deadlocks

MOST: Final = 5_000  # people of one transaction


@deadlocks.retried
def hide(workspace: Workspace, contact_ids: Collection[int], member: Member | None, at: datetime) -> int:
    """Delete people (at most MOST), in a transaction of its own; how many were there. They stay on lists and keep tags,
    which count without them. `at` is what `bring_back` knows them by."""
    with transaction.atomic():
        people.lock(workspace.id)
        living = Contact.objects.living().filter(workspace=workspace, id__in=contact_ids)
        found = dict(living.order_by("id").select_for_update().values_list("id", "public_id"))
        if not found:
            return 0
        Contact.objects.filter(id__in=found).update(deleted_at=at)
        sizes.change(found, -1)
        happenings = links.hidden(workspace.id, found, at)
        _record(workspace, member, "contacts.deleted", found)
        publish(happenings)
    return len(found)


def bring_back(workspace: Workspace, at: datetime, member: Member | None) -> int:
    """Undo: everybody who was deleted at this moment is here again; how many."""
    total = 0
    while some := _some_back(workspace, at, member):
        total += some
    return total


@deadlocks.retried
def _some_back(workspace: Workspace, at: datetime, member: Member | None) -> int:
    with transaction.atomic():
        people.lock(workspace.id)
        deleted = Contact.objects.filter(workspace=workspace, deleted_at=at)
        merged = Merge.objects.filter(workspace=workspace, undone_at=None)
        found = dict(
            deleted.exclude(id__in=merged.values("gone_id")).order_by("id").values_list("id", "public_id")[:MOST]
        )
        if not found:
            return 0
        Contact.objects.filter(id__in=found).update(deleted_at=None)
        sizes.change(found, +1)
        links.tell(workspace.id, numbers(found))
        happenings = links.shown(workspace.id, found, at)
        _record(workspace, member, "contacts.restored", found)
        publish(happenings)
    return len(found)


def numbers(contact_ids: Collection[int]) -> dict[str, int]:
    """Every number of these people, {phone: row id}: their own, and the aliases."""
    own = Contact.objects.filter(id__in=contact_ids).values_list("phone", "id")
    others = Alias.objects.filter(contact__in=contact_ids).values_list("phone", "contact_id")
    return dict(own) | dict(others)


def _record(workspace: Workspace, member: Member | None, action: str, found: Mapping[int, str]) -> None:
    subject = next(iter(found.values())) if len(found) == 1 else workspace.public_id
    audit.record(workspace, member, action, subject, people=len(found))
