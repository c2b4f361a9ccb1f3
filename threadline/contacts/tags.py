"""Tags: words on people. Made by being used, put on and taken off in sets, with `version` kept true."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member, Workspace
from threadline.contacts import alike
from threadline.contacts.alike import folded
from threadline.contacts.lists import NameTaken
from threadline.contacts.membership import TAGGINGS
from threadline.contacts.models import Tag
from threadline.contacts.naming import BadName
from threadline.lib import deadlocks

LONGEST: Final = 40
MOST: Final = 20  # new ones at once, typed for one person


def clean(typed: str) -> str:
    """The tag without blanks and # around it. BadName when it is empty or too long, or has a comma."""
    name = alike.plain(typed).lstrip("# ")
    if not name:
        raise BadName(_("Give the tag a name."))
    if len(name) > LONGEST:
        raise BadName(_("A tag has at most %(n)s characters.") % {"n": LONGEST})
    if "," in name:
        raise BadName(_("A tag has no comma: write one tag at a time."))
    return name


def split(typed: str) -> list[str]:
    """The tags of a text with commas between them, each once whatever its capitals. BadName."""
    parts = [part for part in typed.replace("\0", "").split(",") if part.strip(" \t\r\n#")]
    return list({folded(name): name for name in map(clean, parts)}.values())


def ensure(workspace: Workspace, names: Iterable[str], now: datetime) -> list[Tag]:
    """The tags of these (clean) names, in order; those the workspace does not have yet are made."""
    wanted = list(names)
    found = _named(workspace, wanted)
    new = {folded(name): Tag(workspace=workspace, name=name, created_at=now) for name in wanted}
    if missing := sorted(new.keys() - found.keys()):  # in one order, so that nobody waits in a circle
        made = [new[key] for key in missing]
        Tag.objects.bulk_create(made, ignore_conflicts=True)  # another member may be making the same one
        found = _named(workspace, wanted)
    return [found[folded(name)] for name in wanted]


def find(workspace: Workspace, name: str) -> Tag | None:
    """The tag of this name, whatever its capitals."""
    return _named(workspace, [name]).get(folded(name))


def add(tag_id: int, contact_ids: Iterable[int], now: datetime) -> int:
    """Put a tag on people, in the caller's transaction; how many did not have it yet.

    The tag's row is locked first, so that readers who have seen its `version` have seen everybody up to it.
    """
    Tag.objects.select_for_update(no_key=True).only("id").get(id=tag_id)
    new = TAGGINGS.add(tag_id, contact_ids, now)
    if new:
        Tag.objects.filter(id=tag_id).update(version=F("version") + 1)
    return new


def remove(tag_id: int, contact_ids: Iterable[int]) -> int:
    """Take a tag off people, in the caller's transaction; how many had it."""
    Tag.objects.select_for_update(no_key=True).only("id").get(id=tag_id)
    return TAGGINGS.remove(tag_id, contact_ids)


@deadlocks.retried
@transaction.atomic
def delete(given: Tag, member: Member | None) -> None:
    """The tag goes, its people stay. Raises ProtectedError when a campaign uses it.

    Locked in the order in which it is put on people: the tag, and only then who has it.
    """
    for one in Tag.objects.select_for_update().filter(id=given.pk):
        audit.record(one.workspace, member, "tag.deleted", one.public_id, name=one.name)
        one.delete()


def rename(tag: Tag, name: str) -> None:
    """NameTaken when another tag is called that, in whatever case."""
    if alike.called(Tag.objects.filter(workspace=tag.workspace_id).exclude(pk=tag.pk), name):
        raise NameTaken(name)
    try:
        with transaction.atomic():
            Tag.objects.filter(pk=tag.pk).update(name=name)
    except IntegrityError:
        raise NameTaken(name) from None
    tag.name = name


def _named(workspace: Workspace, names: Iterable[str]) -> dict[str, Tag]:
    wanted = {folded(name): name.lower() for name in names}
    tags = Tag.objects.filter(workspace=workspace).annotate(lowered=Lower("name"))
    found: dict[str, Tag] = {folded(tag.name): tag for tag in tags.filter(lowered__in=wanted.values())}
    if missing := wanted.keys() - found.keys():  # SQLite's lower() knows ASCII only
        found |= {folded(tag.name): tag for tag in tags if folded(tag.name) in missing}
    return found
