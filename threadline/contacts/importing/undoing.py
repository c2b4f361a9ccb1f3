"""Undo: whom an import made is deleted again, whom it changed is as before, where nobody has done anything since."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.contacts import deleting, lists, people
from threadline.contacts.importing import consents
from threadline.contacts.importing.queueing import BELL, changed
from threadline.contacts.models import Contact, Import, ImportChange, Merge
from threadline.contacts.models.contact import ContactQuerySet
from threadline.contacts.records import TEXTS, full_name
from threadline.events.publish import once_at_the_end, publish
from threadline.lib import clock, deadlocks, doorbell

BATCH: Final = 3_000
ENDED: Final = (Import.State.DONE, Import.State.FAILED, Import.State.CANCELLED)


def begin(import_: Import, member: Member | None) -> bool:
    """Have it undone in the background. False when it has not ended, or is being undone already."""
    with transaction.atomic():
        mine = Import.objects.filter(id=import_.id, state__in=ENDED, rows_done__gt=0)
        begun = mine.update(state=Import.State.UNDOING)
        if begun:
            audit.record(import_.workspace, member, "import.undo", import_.public_id, rows=import_.rows_done)
            publish([changed(import_)])
            doorbell.ring_on_commit(BELL)
    import_.refresh_from_db()
    return bool(begun)


def step(import_: Import) -> bool:
    """Undo the next people; False when all are. A kill loses nothing: what is left to undo is seen in the rows."""
    now = clock.now()
    _foresee(import_)
    if _delete_some(import_, now) or _restore_some(import_, now):
        return True
    _end(import_, now)
    return False


def progress(import_: Import) -> tuple[int, int]:
    """How many people are undone already, and how many there are to be undone in all."""
    done = import_.undone_people + import_.undone_changes
    to_delete = max(0, import_.created - import_.undone_kept - import_.undone_people)
    return done, done + to_delete + ImportChange.objects.filter(imported=import_.pk).count()


def _foresee(import_: Import) -> None:
    """Before anything is undone: how many of whom it made are not deleted, so that its progress is true."""
    untouched = Import.objects.filter(id=import_.pk, undone_people=0, undone_changes=0)
    if untouched.exists():
        going = _made(import_).exclude(_used(import_)).count()
        untouched.update(undone_kept=max(0, import_.created - going))


@deadlocks.retried
def _end(import_: Import, now: datetime) -> None:
    """What it said about consent goes in one piece, whoever of these people is there or is somebody else now."""
    with transaction.atomic():
        consents.undo(import_, now)
        ended = {"state": Import.State.UNDONE, "finished_at": now, "undone_kept": _made(import_).count()}
        Import.objects.filter(id=import_.id).update(**ended)
        publish([changed(import_)])


@deadlocks.retried
def _delete_some(import_: Import, now: datetime) -> int:
    with transaction.atomic(), once_at_the_end():
        Import.objects.select_for_update(no_key=True).get(id=import_.pk)
        people.lock(import_.workspace_id)
        gone = _made(import_).exclude(_used(import_))
        some = list(gone.order_by("id").values_list("id", flat=True)[:BATCH])
        if some:
            done = deleting.hide(import_.workspace, some, import_.member, now)
            _count(import_, undone_people=done)
    return len(some)


def _made(import_: Import) -> ContactQuerySet:
    return Contact.objects.living().filter(workspace=import_.workspace_id, imported=import_.pk)


def _used(import_: Import) -> Q:
    """Who is more by now than what came with it: somebody was merged into them, they were changed by hand since, or
    another import has put something to them. They stay."""
    merged = Merge.objects.filter(kept=OuterRef("pk"), undone_at=None)
    elsewhere = ImportChange.objects.filter(contact=OuterRef("pk")).exclude(imported=import_.pk)
    return Q(updated_at__gt=import_.finished_at) | Q(Exists(merged)) | Q(Exists(elsewhere))


@deadlocks.retried
def _restore_some(import_: Import, now: datetime) -> int:
    with transaction.atomic():
        # First, as whoever deletes its list does; the list may be gone since.
        into_id = Import.objects.select_for_update(no_key=True).get(id=import_.pk).into_id
        people.lock(import_.workspace_id)
        found = list(ImportChange.objects.filter(imported=import_.pk).select_related("contact").order_by("id")[:BATCH])
        if not found:
            return 0
        for change in found:
            _restore(change.contact, change.before, change.after)
        touched = [change.contact for change in found]
        Contact.objects.bulk_update(touched, [*TEXTS, "fields"], batch_size=500)
        if into_id:
            lists.remove(into_id, [change.contact_id for change in found if change.listed])
        ImportChange.objects.filter(id__in=[change.pk for change in found]).delete()
        _count(import_, undone_changes=len(found))
    return len(found)


def _restore(contact: Contact, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Only what stands as the import left it. A name that follows first and last name goes on following them."""
    follows = contact.name != after["name"] and contact.name == full_name(contact.first_name, contact.last_name)
    for name in TEXTS:
        if getattr(contact, name) == after[name]:
            setattr(contact, name, before[name])
    if follows:
        contact.name = full_name(contact.first_name, contact.last_name)
    old, new = before["fields"], after["fields"]
    for key in new:
        if contact.fields.get(key) == new[key] and old.get(key) != new[key]:
            contact.fields.pop(key)
            if key in old:
                contact.fields[key] = old[key]


def _count(import_: Import, **more: int) -> None:
    Import.objects.filter(id=import_.pk).update(**{name: F(name) + count for name, count in more.items()})
    publish([changed(import_)])
