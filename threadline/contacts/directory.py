"""The people of a workspace as a table: searched, narrowed to one list, page after page however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch, Q, QuerySet

from threadline.accounts.models import Workspace
from threadline.contacts.models import Contact, ContactList, ListMember

PAGE: Final = 50
ORDERS: Final = ("newest", "name")
MANY: Final = 10_000  # nobody waits for a longer count
_PHONE = frozenset("0123456789+-().  /")
_ENOUGH = 2  # one digit finds everybody


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the table is asked for. `words`: parts of name, company or e-mail, or the digits of a number."""

    workspace: Workspace
    list: ContactList | None = None
    words: str = ""
    order: str = "newest"


@dataclass(frozen=True, slots=True)
class Page:
    """At most PAGE people; `after` is the public id that leads to the next page, "" on the last one."""

    people: Sequence[Contact]
    after: str


def page(wanted: Wanted, after: str = "") -> Page:
    """The page behind the person `after` (a public id), with everybody's lists; an unknown id means the first page."""
    last = None
    if after and "\0" not in after:
        last = Contact.objects.filter(workspace=wanted.workspace, public_id=after).first()
    lists = ListMember.objects.select_related("list").order_by("list__name")
    people = matching(wanted).prefetch_related(Prefetch("memberships", lists))
    found = _by_name(people, last) if wanted.order == "name" else _newest(people, last)
    more = len(found) > PAGE
    return Page(found[:PAGE], found[PAGE - 1].public_id if more else "")


def matching(wanted: Wanted) -> QuerySet[Contact]:
    """Everybody who is asked for, in no order."""
    people = Contact.objects.filter(workspace=wanted.workspace)
    if wanted.list:
        people = people.filter(memberships__list=wanted.list)
    return people.filter(_search(wanted.words)) if wanted.words else people


def count(wanted: Wanted) -> int:
    """How many there are, at most MANY + 1."""
    return matching(wanted)[: MANY + 1].count()


def _newest(people: QuerySet[Contact], last: Contact | None) -> list[Contact]:
    older = people.filter(id__lt=last.id) if last else people
    return list(older.order_by("-id")[: PAGE + 1])


def _by_name(people: QuerySet[Contact], last: Contact | None) -> list[Contact]:
    """By name, and behind them those without one: two walks along the same index."""
    named, nameless = people.filter(name__gt=""), people.filter(name="")
    if last and last.name:
        named = named.filter(name__gte=last.name).filter(Q(name__gt=last.name) | Q(id__gt=last.id))
    elif last:
        named, nameless = named.none(), nameless.filter(id__gt=last.id)
    found = list(named.order_by("name", "id")[: PAGE + 1])
    return found + list(nameless.order_by("id")[: PAGE + 1 - len(found)])


def _search(words: str) -> Q:
    digits = "".join(letter for letter in words if letter.isascii() and letter.isdigit())
    if len(digits) >= _ENOUGH and _PHONE.issuperset(words):
        return Q(phone__contains=digits.lstrip("0") or digits)
    found = Q()
    for word in words.split():
        found &= Q(name__icontains=word) | Q(company__icontains=word) | Q(email__icontains=word)
    return found
