"""Whom a text is for: numbers that were typed, saved people, groups, and everybody who matches a search."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from threadline.accounts.requests import MemberRequest
from threadline.contacts import directory, finding, pasted, table
from threadline.contacts.models import Contact, ContactList
from threadline.lib import phones

MOST: Final = 2_000  # people at once; whoever has more to reach makes a campaign of it
_SEPARATE: Final = 30  # chips, one for each person; more become one chip
_GROUPS: Final = 50  # offered at once


@dataclass(slots=True)
class Named:
    """What a form says. `people` and `lists` are public ids; `match` is a search of the people's table, as a query."""

    typed: str = ""
    people: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    match: str = ""

    def __post_init__(self) -> None:
        """One field of a form may name several people: a form holds only so many fields."""
        self.people = list(dict.fromkeys(one for value in self.people for one in value.split(",") if one))
        self.lists = list(dict.fromkeys(filter(None, self.lists)))

    @property
    def picked(self) -> bool:
        return bool(self.people or self.lists or self.match)

    @property
    def parts(self) -> list[str]:
        """What was typed between commas, each once."""
        return list(dict.fromkeys(pasted.parts(self.typed)))

    def add(self, word: str) -> None:
        """`word` is "person:con_…" or "list:lst_…", as the buttons of the form say it."""
        kind, _colon, public_id = word.partition(":")
        among = {"person": self.people, "list": self.lists}.get(kind)
        if among is not None and public_id not in among:
            among.append(public_id)

    def drop(self, word: str) -> None:
        kind, _colon, value = word.partition(":")
        if kind == "match":
            self.match = ""
        self.people = [one for one in self.people if not (kind == "person" and one in value.split(","))]
        self.lists = [one for one in self.lists if not (kind == "list" and one == value)]


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person, once. `name` is "" for a number that nobody is saved with."""

    address: str
    name: str = ""


@dataclass(slots=True)
class Found:
    """Everybody who is meant, what cannot be read (what was typed, why), and whether they are more than MOST."""

    people: list[Recipient] = field(default_factory=list)
    bad: list[tuple[str, str]] = field(default_factory=list)
    too_many: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """One of what was picked or may be: `kind` is person, list or match; `count` of those who are several."""

    kind: str
    value: str
    label: str
    count: int | None = None
    phone: str = ""  # beside a name

    @property
    def word(self) -> str:
        """What the buttons of the form say."""
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True, slots=True)
class Offered:
    """What the drop-down shows."""

    groups: list[Chip]
    people: list[Chip]
    words: str


def of(request: MemberRequest, named: Named) -> Found:
    """Somebody who is named twice, by a second number too, is one: the way that comes first counts."""
    found = Found()
    typed: list[str] = []
    for part in named.parts[: MOST + 1]:
        parsed = phones.parse(part, request.workspace.country)
        if parsed.e164 is None:
            found.bad.append((part, str(parsed.reason.sentence)))
        else:
            typed.append(parsed.e164)
    owners = finding.owners(request.workspace, typed)
    everybody: dict[object, Recipient] = {}
    for address in typed:
        owner = owners.get(address)
        everybody.setdefault(owner.pk if owner else address, Recipient(address, owner.name if owner else ""))
    for some in _saved(request, named):
        for pk, phone, name in some.order_by("id").values_list("id", "phone", "name")[: MOST + 1]:
            everybody.setdefault(pk, Recipient(phone, name))
        if len(everybody) > MOST:
            break
    found.too_many = len(everybody) > MOST or len(named.parts) > MOST
    found.people = list(everybody.values())[:MOST]
    return found


def _saved(request: MemberRequest, named: Named) -> Iterator[QuerySet[Contact]]:
    """People, then group by group, then whoever matches. Those who were deleted meanwhile are not meant any more."""
    living = request.workspace.contacts.living()
    if named.people:
        yield living.filter(public_id__in=finding.plain(named.people))
    for one in _lists(request, named):
        yield living.filter(memberships__list=one)
    if named.match:
        yield directory.matching(table.meant(request, named.match)).filter(deleted_at=None)


def chips(request: MemberRequest, named: Named) -> list[Chip]:
    """What was picked, as the form shows it; what is not ours, or no longer there, has no chip."""
    found = [Chip("list", one.public_id, one.name, one.size) for one in _lists(request, named)]
    people = (
        request.workspace.contacts.living().filter(public_id__in=finding.plain(named.people)).order_by("name", "id")
    )
    picked = [_person(contact, request.workspace.country) for contact in people[: MOST + 1]]
    if len(picked) > _SEPARATE:
        words = ngettext("%(n)d person", "%(n)d people", len(picked)) % {"n": len(picked)}
        picked = [Chip("person", ",".join(one.value for one in picked), words)]
    found += picked
    if named.match:
        found.append(_matching(request, named.match))
    return found


def offered(request: MemberRequest, words: str) -> Offered:
    """Groups and people to pick from: the first by name, or those whom the search finds."""
    groups = request.workspace.lists.order_by("name")
    if words:
        groups = groups.filter(name__icontains=words)
    people = directory.page(directory.Wanted(request.workspace, words=words, order="name")).people
    return Offered(
        [Chip("list", one.public_id, one.name, one.size) for one in groups[:_GROUPS]],
        [_person(contact, request.workspace.country) for contact in people],
        words,
    )


def _lists(request: MemberRequest, named: Named) -> list[ContactList]:
    return list(request.workspace.lists.filter(public_id__in=finding.plain(named.lists)).order_by("name"))


def _person(contact: Contact, country: str) -> Chip:
    pretty = phones.display(contact.phone, country)
    return Chip("person", contact.public_id, contact.name or pretty, phone=pretty if contact.name else "")


def _matching(request: MemberRequest, query: str) -> Chip:
    wanted = table.meant(request, query)
    words = [wanted.list.name] if wanted.list else []
    words += [f"#{wanted.tag.name}"] if wanted.tag else []
    words += [f"“{wanted.words}”"] if wanted.words else []
    label = ", ".join(words) if words else _("Everybody")
    return Chip("match", query, label, directory.count(wanted))
