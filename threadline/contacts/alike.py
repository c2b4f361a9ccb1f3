"""Names that people take for one: “Ärzte” and “ärzte”, with the dots stored in one character or in two.

Databases differ in what capitals they know, so this is decided here.
"""

import unicodedata
from typing import Final, TypeVar

from django.db.models import Manager, QuerySet

from threadline.contacts.models import ContactList, Tag

_DOTTED: Final = "i\u0307"  # what becomes of İ, which some databases take for i

Named = TypeVar("Named", ContactList, Tag)


def plain(typed: str) -> str:
    """As a name is kept: one blank between words, an accent and its letter in one character."""
    return unicodedata.normalize("NFC", " ".join(typed.replace("\0", "").split()))


def folded(name: str) -> str:
    """The same for all that are taken for one."""
    return unicodedata.normalize("NFC", plain(name).casefold()).replace(_DOTTED, "i")


def called(rows: QuerySet[Named] | Manager[Named], name: str) -> Named | None:
    """The one of this name; the very same name before another that is taken for it."""
    wanted = folded(name)
    found = [one for one in rows.all() if folded(one.name) == wanted]
    return max(found, key=lambda one: one.name == name, default=None)
