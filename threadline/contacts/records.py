"""The contact rows of a batch: read once, changed in memory, written with few statements."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from threadline.contacts import sizes
from threadline.lib import ids, rows, sql

TEXTS: Final = ("name", "first_name", "last_name", "company", "email")
WIDTHS: Final = (160, 80, 80, 160, 254)  # characters
_NAME, _FIRST, _LAST = 0, 1, 2
_SELECT: Final = f"""
    SELECT phone, id, public_id, fields, imported_id, deleted_at, {", ".join(TEXTS)} FROM contacts_contact
    WHERE workspace_id = %s AND {{}}
"""
_ALIASES: Final = """
    SELECT alias.phone, contact.phone FROM contacts_alias AS alias
    JOIN contacts_contact AS contact ON contact.id = alias.contact_id WHERE alias.workspace_id = %s AND {}
"""
NOTHING: Final[dict[str, str]] = {}  # one for all who have no custom values: a batch writes it as one document
_INSERTED: Final = (
    "id",
    "public_id",
    "workspace_id",
    "phone",
    *TEXTS,
    "fields",
    "imported_id",
    "created_at",
    "updated_at",
)
_NO_LONGER: Final = "deleted_at = NULL, created_at = {now}"  # whoever comes back was added now


class Record:
    """One contact: its own columns as a list in the order of TEXTS, and its custom values. `old`: somebody else made
    them than the import its Records belong to. `back`: was deleted, and is here again."""

    __slots__ = ("back", "changed", "fields", "old", "pk", "public_id", "texts")

    def __init__(self, pk: int, public_id: str, texts: list[str], fields: dict[str, Any], old: bool) -> None:
        self.pk = pk
        self.public_id = public_id
        self.texts = texts
        self.fields = fields
        self.old = old
        self.changed = False
        self.back = False

    def learn(self, facts: Sequence[str], fields: Mapping[str, str], only_blanks: bool = False) -> bool:
        """Take over what is not blank (`only_blanks`: and not known yet); whether anything is new.

        A name that nobody gave follows first and last name.
        """
        before = self.texts
        texts = [
            text if text and not (only_blanks and known) else known for text, known in zip(facts, before, strict=True)
        ]
        named = facts[_NAME] and not (only_blanks and before[_NAME])
        if not named and before[_NAME] in ("", full_name(before[_FIRST], before[_LAST])):
            texts[_NAME] = full_name(texts[_FIRST], texts[_LAST])
        news = {
            key: value
            for key, value in fields.items()
            if value and self.fields.get(key) != value and not (only_blanks and self.fields.get(key))
        }
        if texts == before and not news:
            return False
        self.texts = texts
        self.fields = {**self.fields, **news} if news else self.fields
        self.changed = True
        return True


class Records:
    """The contacts of some numbers of a workspace; `add` makes more, `write` stores what is new or changed.

    A second number of somebody (an alias) finds them; who was deleted is not there until `add` brings them back.
    Between reading and writing people.lock must be held.
    """

    def __init__(self, workspace_id: int, phones: Iterable[str], now: datetime, imported: int | None = None) -> None:
        """`imported` is the row id of the import that makes them, or brings them back."""
        self.workspace_id = workspace_id
        self._imported = imported
        self.now = now
        self.found: dict[str, Record] = {}
        self._new: list[tuple[str, Record]] = []
        self._hidden: dict[str, Record] = {}
        self._read(phones)
        if self._hidden:  # most workspaces have no alias: only a number whose own person is gone can be one
            self._follow_aliases()

    def add(self, phone: str, facts: Sequence[str], fields: dict[str, str]) -> Record:
        """A contact nobody knew; its ids are there after `write`. Somebody deleted comes back with what was known."""
        if phone in self._hidden:
            return self._bring_back(phone, facts, fields)
        texts = list(facts)
        texts[_NAME] = texts[_NAME] or full_name(texts[_FIRST], texts[_LAST])
        record = self.found[phone] = Record(0, "", texts, fields, old=False)
        self._new.append((phone, record))
        return record

    def write(self) -> None:
        """Insert the new ones, in the order they were added, and update the changed ones."""
        known = {one.pk: one for one in self.found.values() if one.pk}
        changed = sorted((one for one in known.values() if one.changed), key=lambda one: one.pk)
        count = len(self._new)
        new = []
        for pk, public_id, (phone, one) in zip(_free_ids(count), ids.several("con", count), self._new, strict=True):
            one.pk, one.public_id = pk, public_id
            known_by = (one.fields or NOTHING, self._imported, self.now, self.now)
            new.append((pk, public_id, self.workspace_id, phone, *one.texts, *known_by))
        rows.copy("contacts_contact", _INSERTED, new)
        news = [(one.pk, *one.texts, one.fields, self.now) for one in changed]
        rows.update("contacts_contact", "id", (*TEXTS, "fields", "updated_at"), news)
        if back := sorted(pk for pk, one in known.items() if one.back):
            theirs = [(pk, self._imported) for pk in back]
            rows.update("contacts_contact", "id", ("imported_id",), theirs, also=_NO_LONGER, now=self.now)
            sizes.change(back, +1)

    def _read(self, phones: Iterable[str]) -> None:
        statement = _SELECT.format(sql.any_of("phone"))
        with connection.cursor() as cursor:
            cursor.execute(statement, [self.workspace_id, sql.array(phones)])
            for phone, pk, public_id, fields, imported, deleted_at, *texts in cursor.fetchall():
                known = self.found if deleted_at is None else self._hidden
                old = imported is None or imported != self._imported
                known[phone] = Record(pk, public_id, texts, json.loads(fields), old)

    def _follow_aliases(self) -> None:
        """A number of somebody who was merged into another person is that person's."""
        with connection.cursor() as cursor:
            cursor.execute(_ALIASES.format(sql.any_of("alias.phone")), [self.workspace_id, sql.array(self._hidden)])
            owners = dict(cursor.fetchall())
        self._read(set(owners.values()) - self.found.keys() - self._hidden.keys())
        for phone, owner in owners.items():
            known = self.found if owner in self.found else self._hidden
            del self._hidden[phone]
            known[phone] = known[owner]

    def _bring_back(self, phone: str, facts: Sequence[str], fields: dict[str, str]) -> Record:
        record = self._hidden[phone]
        for each in [one for one, known in self._hidden.items() if known is record]:
            self.found[each] = self._hidden.pop(each)
        record.learn(facts, fields)
        record.old, record.back = False, True
        return record


def full_name(first: str, last: str) -> str:
    """First and last name as one."""
    return f"{first} {last}".strip()[: WIDTHS[_NAME]]


def clean(text: str, most: int) -> str:
    """Without blanks around it, without what no database takes, and not longer than its column."""
    text = text.strip()
    if not text.isascii() or "\0" in text:
        text = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return text[:most]


def _free_ids(count: int) -> Sequence[int]:
    """Row ids that no other contact has or will have, rising. The caller's transaction uses them."""
    if not count:
        return ()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_get_serial_sequence('contacts_contact', 'id')")
            cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [cursor.fetchone()[0], count])
            return [pk for (pk,) in cursor.fetchall()]
        # SQLite has one writer, and it is in this transaction.
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'contacts_contact'")
        (last,) = cursor.fetchone()
        return range(last + 1, last + 1 + count)
