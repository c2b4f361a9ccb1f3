"""People are saved by their number: made once, completed later, never erased by a blank."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.db import connection

from threadline.accounts.models import Workspace
from threadline.contacts import links
from threadline.contacts.records import WIDTHS, Record, Records, clean

_LOCK = 0x70656F70 << 32  # "peop"; the workspace's id is added

LONGEST_VALUE = 1_000  # characters of a custom value

Verdict = Literal["created", "updated", "same"]


@dataclass(slots=True)
class Person:
    """What is known about somebody. `phone` is E.164; `fields` are custom values by key; blank means not known."""

    phone: str
    first_name: str = ""
    last_name: str = ""
    name: str = ""
    company: str = ""
    email: str = ""
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """The contact that a person is now, and whether that was news."""

    contact_id: int
    public_id: str
    verdict: Verdict


def save(workspace: Workspace, people: Sequence[Person], now: datetime, only_blanks: bool = False) -> list[Saved]:
    """Make or complete the contact of every person, in the caller's transaction; one Saved for each, in order.

    A name that nobody gave is first and last name. Texts lose what does not fit their column. The same number twice is
    one contact: the later person completes the earlier one. `only_blanks`: what is known of somebody stays.
    """
    if not people:
        return []
    lock(workspace.id)
    records = Records(workspace.id, {person.phone for person in people}, now)
    saved: list[tuple[Record, Verdict]] = []
    for person in people:
        record, facts = records.found.get(person.phone), _facts(person)
        fields = {key: value for key, text in person.fields.items() if (value := clean(text, LONGEST_VALUE))}
        if record is None:
            saved.append((records.add(person.phone, facts, fields), "created"))
        else:
            saved.append((record, "updated" if record.learn(facts, fields, only_blanks) else "same"))
    records.write()
    links.tell(workspace.id, {phone: record.pk for phone, record in records.found.items()})
    return [Saved(record.pk, record.public_id, verdict) for record, verdict in saved]


def _facts(person: Person) -> list[str]:
    texts = (person.name, person.first_name, person.last_name, person.company, person.email)
    return [clean(text, most) if text else "" for text, most in zip(texts, WIDTHS, strict=True)]


def lock(workspace_id: int) -> None:
    """From here to the commit nobody else saves people of this workspace: what was read stays true."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK + workspace_id])
