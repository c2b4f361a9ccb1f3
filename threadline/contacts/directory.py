"""The people of a workspace as a table: searched, narrowed to a list or tag, page after page however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch, Q, QuerySet

from threadline.accounts.models import Workspace
from threadline.contacts.models import Alias, Contact, ContactList, ListMember, Merge, Tag, Tagging

PAGE: Final = 50
ORDERS: Final = ("newest", "oldest", "name", "name_down")
MANY: Final = 10_000  # nobody waits for a longer count
_PHONE = frozenset("0123456789+-().  /")
_ENOUGH = 2  # one digit finds everybody


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the table is asked for. `words`: parts of name, company or e-mail, or digits of a number.

    `deleted`: those who were deleted, instead of those who are here.
    """

    workspace: Workspace
    list: ContactList | None = None
    words: str = ""
    order: str = "newest"
    tag: Tag | None = None
    deleted: bool = False

    @property
    def narrowed(self) -> bool:
        return bool(self.list or self.words or self.tag or self.deleted)


@dataclass(frozen=True, slots=True)
class Page:
    """At most PAGE people; `after` is the public id that leads to the next page, "" on the last one."""

    people: Sequence[Contact]
    after: str


def page(wanted: Wanted, after: str = "") -> Page:
    """The page behind the person `after` (a public id), with everybody's lists and tags.

    An unknown id means the first page.
    """
    last = None
    if after and "\0" not in after:
        last = Contact.objects.filter(workspace=wanted.workspace, public_id=after).first()
    lists = ListMember.objects.select_related("list").order_by("list__name")
    tags = Tagging.objects.select_related("tag").order_by("tag__name")
    people = matching(wanted).prefetch_related(Prefetch("memberships", lists), Prefetch("taggings", tags))
    found = _by_name(people, last, wanted.order) if wanted.order.startswith("name") else _by_age(people, last, wanted)
    more = len(found) > PAGE
    return Page(found[:PAGE], found[PAGE - 1].public_id if more else "")


def matching(wanted: Wanted) -> QuerySet[Contact]:
    """Everybody who is asked for, in no order."""
    people = Contact.objects.filter(workspace=wanted.workspace, deleted_at__isnull=not wanted.deleted)
    if wanted.deleted:
        people = people.exclude(id__in=Merge.objects.filter(workspace=wanted.workspace, undone_at=None).values("gone"))
    if wanted.list:
        people = people.filter(memberships__list=wanted.list)
    if wanted.tag:
        people = people.filter(taggings__tag=wanted.tag)
    return people.filter(_search(wanted.workspace, wanted.words)) if wanted.words else people


def count(wanted: Wanted) -> int:
    """How many there are, at most MANY + 1."""
    return matching(wanted)[: MANY + 1].count()


def _by_age(people: QuerySet[Contact], last: Contact | None, wanted: Wanted) -> list[Contact]:
    down = wanted.order == "newest"
    if last:
        people = people.filter(id__lt=last.id) if down else people.filter(id__gt=last.id)
    return list(people.order_by("-id" if down else "id")[: PAGE + 1])


def _by_name(people: QuerySet[Contact], last: Contact | None, order: str) -> list[Contact]:
    """By name, and behind them those without one: two walks along the same index."""
    sign, beyond = ("-", "lt") if order == "name_down" else ("", "gt")
    named, nameless = people.filter(name__gt=""), people.filter(name="")
    if last and last.name:
        further = Q(**{f"name__{beyond}": last.name}) | Q(**{f"id__{beyond}": last.id})
        named = named.filter(**{f"name__{beyond}e": last.name}).filter(further)
    elif last:
        named, nameless = named.none(), nameless.filter(**{f"id__{beyond}": last.id})
    found = list(named.order_by(f"{sign}name", f"{sign}id")[: PAGE + 1])
    return found + list(nameless.order_by(f"{sign}id")[: PAGE + 1 - len(found)])


def _search(workspace: Workspace, words: str) -> Q:
    """Digits may be those of a number, and may stand in a name: "911 Restoration"."""
    found = Q()
    for word in words.split():
        found &= Q(name__icontains=word) | Q(company__icontains=word) | Q(email__icontains=word)
    digits = "".join(letter for letter in words if letter.isascii() and letter.isdigit())
    if len(digits) >= _ENOUGH and _PHONE.issuperset(words):
        part = digits.lstrip("0") or digits
        others = Alias.objects.filter(workspace=workspace, phone__contains=part)
        found |= Q(phone__contains=part) | Q(id__in=others.values("contact"))
    return found
