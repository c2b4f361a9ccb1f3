"""Keyset cursors: where a page of a long list ends, as one opaque word in a URL."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST = 4_102_444_800_000_000  # the year 2100: nothing we wrote lies beyond it


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of one row: its time, and its id among rows of the same microsecond."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return word(self.at, self.id)

    def older(self, at: str, id: str) -> Q:
        """Rows that come after this one, newest first. The first half repeats the rest, for the index to start at."""
        return Q(**{f"{at}__lte": self.at}) & (Q(**{f"{at}__lt": self.at}) | Q(**{f"{id}__lt": self.id}))


def word(at: datetime, id: int) -> str:
    """The cursor of a row; as text of fixed width it sorts as the rows do."""
    return f"{(at - _EPOCH) // _MICROSECOND:016d}.{id:012d}"


def parse(text: str) -> Cursor | None:
    """Read a cursor back; None for anything that is not one, which means the first page."""
    at, dot, id = text.partition(".")
    if not (dot and at.isascii() and id.isascii() and at.isdigit() and id.isdigit() and len(id) < 19):
        return None
    return Cursor(_EPOCH + int(at) * _MICROSECOND, int(id)) if len(at) < 18 and int(at) < _LAST else None
