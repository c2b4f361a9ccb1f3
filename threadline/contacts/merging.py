"""Two people who are one: the other number becomes an alias of the one who is kept; until it is undone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.contacts import links, lists, people, sizes, tags
from threadline.contacts.editing import CUSTOM
from threadline.contacts.models import Alias, Contact, ContactList, Merge, Tag
from threadline.contacts.records import TEXTS
from threadline.events.publish import publish
from threadline.lib import deadlocks

COLUMNS: Final = (*TEXTS, "timezone")


class Refused(Exception):  # noqa: N818 - a sentence for people
    """It cannot be merged or undone; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both have something there, and not the same. `field` is a column, or "custom.<key>"."""

    field: str
    kept: str
    gone: str


def values(contact: Contact) -> dict[str, str]:
    """What is known about somebody, by field."""
    own = {name: str(getattr(contact, name)) for name in COLUMNS}
    return own | {CUSTOM + key: str(value) for key, value in contact.fields.items()}


def conflicts(kept: Contact, gone: Contact) -> list[Conflict]:
    """Where somebody has to choose."""
    left, right = values(kept), values(gone)
    both = [field for field in left if left[field] and right.get(field)]
    return [Conflict(field, left[field], right[field]) for field in both if left[field] != right[field]]


@deadlocks.retried
def merge(kept: Contact, gone: Contact, take: Collection[str], member: Member | None, now: datetime) -> Merge:
    """`kept` gets what only `gone` has, and of the fields in `take` what `gone` has; its lists, tags and numbers too.

    In a transaction of its own. Raises Refused when one of them is not there any more.
    """
    with transaction.atomic():
        kept, gone = _locked(kept, gone)
        before = _before(kept, gone)
        mine, theirs = values(kept), values(gone)
        learnt = {field: value for field, value in theirs.items() if value and (field in take or not mine.get(field))}
        before["merged"] = learnt
        _write(kept, learnt, now)
        done = Merge.objects.create(
            workspace_id=kept.workspace_id, kept=kept, gone=gone, before=before, member=member, at=now
        )
        _put_on(kept, before, now)
        gone.deleted_at = now
        gone.save(update_fields=["deleted_at"])
        sizes.change([gone.id], -1)
        Alias.objects.filter(contact=gone).update(contact=kept)
        Alias.objects.create(workspace_id=kept.workspace_id, contact=kept, phone=gone.phone, created_at=now)
        happenings = links.moved(links.Move(kept.workspace_id, gone.id, kept.id, _phones(gone, before), now))
        audit.record(kept.workspace, member, "contacts.merged", kept.public_id, gone=gone.public_id)
        publish(happenings)
    return done


@deadlocks.retried
def undo(done: Merge, member: Member | None, now: datetime) -> None:
    """Take them apart again: what was changed by hand since stays as it is. Raises Refused."""
    with transaction.atomic():
        people.lock(done.workspace_id)
        links.hold([done.kept_id, done.gone_id])
        done = Merge.objects.select_for_update(of=("self",), no_key=True).select_related("workspace").get(pk=done.pk)
        kept, gone = (Contact.objects.select_for_update(no_key=True).get(pk=pk) for pk in (done.kept_id, done.gone_id))
        if reason := why_not(done, kept):
            raise Refused(reason)
        before = done.before
        now_known = values(kept)
        back = {
            field: before["kept"].get(field, "")
            for field, value in before["merged"].items()
            if now_known.get(field) == value
        }
        _write(kept, back, now)
        _take_off(kept, before)
        Alias.objects.filter(contact=kept, phone=gone.phone).delete()
        Alias.objects.filter(contact=kept, phone__in=before["aliases"]).update(contact=gone)
        gone.deleted_at = None
        gone.save(update_fields=["deleted_at"])
        sizes.change([gone.id], +1)
        done.undone_at = now
        done.save(update_fields=["undone_at"])
        move = links.Move(done.workspace_id, kept.id, gone.id, _phones(gone, before), done.at, back=True)
        happenings = links.moved(move)
        audit.record(done.workspace, member, "contacts.merge_undone", kept.public_id, gone=gone.public_id)
        publish(happenings)


def why_not(done: Merge, kept: Contact) -> str:
    """Why it cannot be undone now; "" when it can."""
    if done.undone_at:
        return _("This was undone already.")
    if kept.deleted_at:
        return _("This person is deleted, or merged into somebody else. Bring them back first.")
    if Merge.objects.filter(kept=kept, undone_at=None, id__gt=done.pk).exists():
        return _("Somebody else was merged into this person later. Undo that first.")
    return ""


def _locked(kept: Contact, gone: Contact) -> tuple[Contact, Contact]:
    people.lock(kept.workspace_id)
    links.hold([kept.id, gone.id])
    both = Contact.objects.living().filter(workspace=kept.workspace_id, id__in=[kept.id, gone.id])
    locked = both.order_by("id").select_related("workspace").select_for_update(of=("self",), no_key=True)
    found = {one.id: one for one in locked}
    if len(found) < 2:
        raise Refused(_("One of the two is not there any more, or they are one already."))
    return found[kept.id], found[gone.id]


def _before(kept: Contact, gone: Contact) -> dict[str, Any]:
    """What both had; of lists and tags the ids of those that only `gone` had."""

    def only_theirs(name: str, what: str) -> list[int]:
        mine = getattr(kept, name).values_list(what, flat=True)
        return sorted(set(getattr(gone, name).values_list(what, flat=True)) - set(mine))

    return {
        "kept": values(kept),
        "gone": values(gone),
        "lists": only_theirs("memberships", "list_id"),
        "tags": only_theirs("taggings", "tag_id"),
        "aliases": sorted(gone.aliases.values_list("phone", flat=True)),
    }


def _phones(gone: Contact, before: Mapping[str, Any]) -> list[str]:
    return [gone.phone, *before["aliases"]]


def _put_on(kept: Contact, before: Mapping[str, Any], now: datetime) -> None:
    for list_id in before["lists"]:
        lists.add(list_id, [kept.id], now)
    for tag_id in before["tags"]:
        tags.add(tag_id, [kept.id], now)


def _take_off(kept: Contact, before: Mapping[str, Any]) -> None:
    """Lists and tags that were deleted since are nobody's any more."""
    for list_id in _still_there(ContactList.objects.filter(id__in=before["lists"])):
        lists.remove(list_id, [kept.id])
    for tag_id in _still_there(Tag.objects.filter(id__in=before["tags"])):
        tags.remove(tag_id, [kept.id])


def _still_there(rows: Any) -> Iterable[int]:
    return list(rows.order_by("id").values_list("id", flat=True))


def _write(contact: Contact, known: Mapping[str, str], now: datetime) -> None:
    custom = dict(contact.fields)
    for field, value in known.items():
        if field.startswith(CUSTOM):
            custom[field.removeprefix(CUSTOM)] = value
        else:
            setattr(contact, field, value)
    contact.fields = {key: value for key, value in custom.items() if value != ""}
    contact.updated_at = now
    contact.save(update_fields=[*COLUMNS, "fields", "updated_at"])
