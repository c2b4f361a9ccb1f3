"""Deleting people hides them: what passed with them is kept, and the same numbers bring them back."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from threadline.accounts import audit
from threadline.accounts.models import Member, Workspace
from threadline.contacts import links, people, sizes
from threadline.contacts.models import Alias, Contact, Merge
from threadline.events.publish import publish
from threadline.lib import deadlocks

MOST: Final = 5_000  # people of one transaction
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_DIGITS: Final = 17  # the word of the year 5138


@deadlocks.retried
def hide(workspace: Workspace, contact_ids: Collection[int], member: Member | None, at: datetime) -> int:
    """Delete people (at most MOST), in a transaction of its own; how many were there. They stay on lists and keep tags,
    which count without them. `at` is what `bring_back` knows them by."""
    with transaction.atomic():
        people.lock(workspace.id)
        links.hold(contact_ids)
        living = Contact.objects.living().filter(workspace=workspace, id__in=contact_ids)
        found = dict(living.order_by("id").select_for_update(no_key=True).values_list("id", "public_id"))
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
    while some := _some_back(_deleted(workspace).filter(deleted_at=at), workspace, member, at):
        total += some
    return total


def restore(workspace: Workspace, contact_ids: Collection[int], member: Member | None) -> int:
    """The same for some people, whenever they were deleted."""
    chosen = _deleted(workspace).filter(id__in=contact_ids)
    moments = sorted(filter(None, set(chosen.values_list("deleted_at", flat=True))))
    return sum(_some_back(chosen.filter(deleted_at=at), workspace, member, at) for at in moments)


def word(at: datetime) -> str:
    """The moment of a deletion as an address carries it, in microseconds."""
    return str((at - _EPOCH) // _MICROSECOND)


def moment(word: str) -> datetime | None:
    """Back again; None for anything that is not one."""
    if not (word.isascii() and word.isdigit() and len(word) < _DIGITS):
        return None
    return _EPOCH + int(word) * _MICROSECOND


def _deleted(workspace: Workspace) -> QuerySet[Contact]:
    """Whoever was merged into somebody is hidden too, and not deleted."""
    merged = Merge.objects.filter(workspace=workspace, undone_at=None)
    return Contact.objects.filter(workspace=workspace).exclude(deleted_at=None).exclude(id__in=merged.values("gone_id"))


@deadlocks.retried
def _some_back(deleted: QuerySet[Contact], workspace: Workspace, member: Member | None, at: datetime) -> int:
    with transaction.atomic():
        people.lock(workspace.id)
        found = dict(deleted.order_by("id").values_list("id", "public_id")[:MOST])
        if not found:
            return 0
        links.hold(found)
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
