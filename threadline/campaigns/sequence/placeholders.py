"""Placeholders in a campaign's texts: which there are, what is wrong with a text, and what people fill them with.

`{{ phone }}` is E.164 (+18135550142): it reads the same in every country, and handsets make it a link.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final, Protocol

from django.utils.translation import gettext as _

from threadline.lib import liquid
from threadline.lib.filling import Placeholder, Text

BUILT_IN: Final = ("first_name", "last_name", "name", "company", "phone", "email")
FIELDS: Final = "fields"  # every custom field is {{ fields.key }}; unless a built-in has the name, also {{ key }}

# What other tools call them.
_ALSO: Final = {
    "contact_name": "name",
    "e_mail": "email",
    "family_name": "last_name",
    "fname": "first_name",
    "full_name": "name",
    "fullname": "name",
    "given_name": "first_name",
    "lname": "last_name",
    "mail": "email",
    "mobile": "phone",
    "number": "phone",
    "organisation": "company",
    "organization": "company",
    "phone_number": "phone",
    "surname": "last_name",
    "telephone": "phone",
}
_SINGLE_BRACES: Final = re.compile(r"(?<!\{)\{\s*([^{}|]+?)\s*\}(?!\})")


class Person(Protocol):
    """What has values: a contact."""

    @property
    def phone(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str: ...
    @property
    def company(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def fields(self) -> Mapping[str, Any]: ...


def known(custom_keys: Iterable[str]) -> list[str]:
    """The names that may stand in braces, as a person would write them."""
    return [*BUILT_IN, *(key if key not in (*BUILT_IN, FIELDS) else f"{FIELDS}.{key}" for key in custom_keys)]


def problems(body: str, custom_keys: Collection[str]) -> list[str]:
    """What keeps the text from being saved, as sentences; `custom_keys` are those of the workspace's custom fields."""
    keys = frozenset(custom_keys)
    found: list[str] = []
    for broken in liquid.findings(body):
        odd = broken.left and not re.fullmatch(r"[\w.-]+", broken.left)
        nearest = _nearest(broken.left, keys) if odd else ""
        found.append(_unknown(broken.left, keys) if nearest else str(broken))
    found += [_unknown(one.name, keys) for one in liquid.placeholders(body) if not _is_known(one, keys)]
    found += list(_single_braces(body, keys))
    return list(dict.fromkeys(found))


@lru_cache(maxsize=512)
def compile(body: str) -> Text:
    """The text ready to be filled in, kept. Raises liquid.Broken; unknown names are blank."""
    return liquid.read(body)


def values_of(person: Person) -> dict[str, Any]:
    """What a person fills placeholders with."""
    return values(
        person.phone,
        person.name,
        person.first_name,
        person.last_name,
        person.company,
        person.email,
        person.fields,
    )


def values(
    phone: str, name: str, first_name: str, last_name: str, company: str, email: str, fields: Mapping[str, Any]
) -> dict[str, Any]:
    """The same for those who read rows. The first name falls back to the first word of the name, the name to both."""
    return {
        **fields,
        "phone": phone,
        "name": name or f"{first_name} {last_name}".strip(),
        "first_name": first_name or name.partition(" ")[0],
        "last_name": last_name,
        "company": company,
        "email": email,
        FIELDS: fields,
    }


def _is_known(placeholder: Placeholder, keys: Collection[str]) -> bool:
    match placeholder.path:
        case (name,):
            return name in BUILT_IN or (name in keys and name != FIELDS)
        case (first, key):
            return first == FIELDS and key in keys
    return False


def _unknown(name: str, keys: Collection[str]) -> str:
    if nearest := _nearest(name, keys):
        sentence = _("There is no placeholder {{ %(name)s }}. Did you mean {{ %(nearest)s }}?")
        return sentence % {"name": name[:60], "nearest": nearest}
    choice = ", ".join("{{ " + one + " }}" for one in known(sorted(keys))[:12])
    return _("There is no placeholder {{ %(name)s }}. There are %(choice)s.") % {"name": name[:60], "choice": choice}


def _nearest(name: str, keys: Collection[str]) -> str:
    wanted = re.sub(r"\W+", "_", name.removeprefix(f"{FIELDS}.").lower()).strip("_")
    if wanted in _ALSO and wanted not in keys:
        return _ALSO[wanted]
    names = {one.removeprefix(f"{FIELDS}."): one for one in known(sorted(keys))}
    return names.get(next(iter(get_close_matches(wanted, list(names), 1, 0.6)), ""), "")


def _single_braces(body: str, keys: Collection[str]) -> Iterator[str]:
    """{first_name} would go out as it stands."""
    names = set(known(keys))
    for found in _SINGLE_BRACES.findall(body[: liquid.LONGEST]):
        name = re.sub(r"\W+", "_", found.lower())
        if found in names or name in names:
            wanted = found if found in names else name
            yield _("Write {{ %(name)s }} with two braces on each side, not {%(found)s}.") % {
                "name": wanted,
                "found": found,
            }
