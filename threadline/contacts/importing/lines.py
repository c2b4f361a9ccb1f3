"""A row of the file becomes a line: the person it tells of, or why it tells of none."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from threadline.contacts.importing import mapping as columns
from threadline.contacts.importing.records import TOO_LONG, UNCLOSED_QUOTE, Record
from threadline.contacts.importing.seen import Seen
from threadline.contacts.models import Import
from threadline.contacts.people import LONGEST_VALUE
from threadline.contacts.records import TEXTS, WIDTHS
from threadline.lib import phones

BLANK: Final = "blank"
TOO_MANY_CELLS: Final = "too_many_cells"
CELL_TOO_LONG: Final = "cell_too_long"
REPEATED: Final = "repeated"
KNOWN: Final = "known"
SAME: Final = "same"

_SENTENCES: Final[dict[str, str | Promise]] = {
    UNCLOSED_QUOTE: _("A quotation mark in this line never closes."),
    TOO_LONG: _("This row is too long to be one."),
    BLANK: _("This row is blank."),
    TOO_MANY_CELLS: _("This row has more cells than there are columns. Is a quotation mark missing around a comma?"),
    CELL_TOO_LONG: _("A cell of this row is longer than its column may be."),
    REPEATED: _("This number stands in row %(row)d already; what was missing there was filled in."),
    KNOWN: _("This person was known already and was left as they were."),
    SAME: _("This person was known already, with nothing new about them."),
}


class Line(NamedTuple):
    """One row: `code` says why it cannot be taken, "" when it can. `first_row` is where its number stood first."""

    number: int
    code: str
    cells: list[str]
    phone: str = ""
    facts: list[str] = []  # in the order of records.TEXTS  # noqa: RUF012
    fields: dict[str, str] = {}  # noqa: RUF012
    first_row: int = 0
    consent: str = ""  # as it stands in its column


def sentence(code: str, row: int = 0) -> str:
    """What a person reads beside the row; `row` for REPEATED."""
    known = _SENTENCES.get(code)
    return str(known) % {"row": row} if known is not None else str(phones.Reason(code).sentence)


class Reading:
    """Reads the rows of one import; it has seen every number of the rows before."""

    def __init__(self, import_: Import) -> None:
        self._country = import_.country
        self._width = len(import_.headers)
        self._phone = import_.mapping.index(columns.PHONE)
        own = [(place, TEXTS.index(to)) for place, to in enumerate(import_.mapping) if to in TEXTS]
        self._own = [(place, text, WIDTHS[text]) for place, text in own]
        self._custom = [
            (place, to.removeprefix(columns.FIELD))
            for place, to in enumerate(import_.mapping)
            if to.startswith(columns.FIELD)
        ]
        self._consent = import_.mapping.index(columns.CONSENT) if columns.CONSENT in import_.mapping else None
        self._seen = Seen()

    def lines(self, rows: Iterable[Record], first: int) -> Iterator[Line]:
        """A line for each row; `first` is the number of the first one."""
        for number, (cells, problem) in enumerate(rows, first):
            yield self._line(number, cells) if not problem else Line(number, problem, cells)

    def _line(self, number: int, cells: list[str]) -> Line:
        padded, given = cells, len(cells)
        if given != self._width:
            if any(map(str.strip, cells[self._width :])):
                return Line(number, TOO_MANY_CELLS, cells)
            padded = cells + [""] * (self._width - given)
        e164, reason = phones.parse(padded[self._phone], self._country)
        if e164 is None:
            blank = reason is phones.Reason.EMPTY and not any(map(str.strip, cells))
            return Line(number, BLANK if blank else reason, cells)
        facts = ["", "", "", "", ""]
        for place, text, width in self._own:
            if cell := padded[place].strip():
                if len(cell) > width:
                    return Line(number, CELL_TOO_LONG, cells)
                facts[text] = cell
        fields = {}
        for place, key in self._custom:
            if cell := padded[place].strip():
                if len(cell) > LONGEST_VALUE:
                    return Line(number, CELL_TOO_LONG, cells)
                fields[key] = cell
        consent = padded[self._consent].strip()[:LONGEST_VALUE] if self._consent is not None else ""
        return Line(number, "", cells, e164, facts, fields, self._seen.first(e164, number), consent)
