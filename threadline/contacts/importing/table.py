"""A stored file as a table: its columns, then its rows one after the other."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO, Final

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from threadline.contacts.importing import encodings, records
from threadline.contacts.importing.errors import BadFile
from threadline.contacts.importing.records import Record
from threadline.contacts.models import Import
from threadline.lib import phones

MOST_COLUMNS: Final = 500
_DELIMITERS: Final = (",", ";", "\t", "|")
_LINES_SEEN: Final = 20


class Table:
    """`headers` are the names of the columns, each once; then `rows` gives the rows in order.

    Give it the encoding and the delimiter that `sniff` found, and what `headless` was the first time: whether the first
    line is a row. The same file gives the same rows every time then, whatever the country.
    """

    def __init__(
        self, file: IO[bytes], encoding: str, delimiter: str, country: str, headless: bool | None = None
    ) -> None:
        self.position = 0  # bytes read
        self._file = file
        self._decoder = encodings.decoder(encoding)
        self._records = records.read(self._more, delimiter)
        self._first_row: list[Record] = []
        self.headless = headless
        self.headers = self._head(country)

    def rows(self) -> Iterator[Record]:
        """Every row below the header: cells, and what is wrong with it as a record."""
        yield from self._first_row
        yield from self._records

    def close(self) -> None:
        self._file.close()

    def _more(self, _characters: int) -> str:
        while chunk := self._file.read(65_536):
            self.position += len(chunk)
            if text := self._decoder.decode(chunk):
                return text
        return self._decoder.decode(b"", final=True)

    def _head(self, country: str) -> list[str]:
        """The first record that is not blank; when it holds a phone number it is no header but a row.

        That is decided once: with another country the row would be a header, and lost.
        """
        for cells, problem in self._records:
            if not any(cell.strip() for cell in cells) or _names_the_delimiter(cells):
                continue
            if problem:
                raise BadFile("header", _("The first line, with the names of the columns, cannot be read."))
            if len(cells) > MOST_COLUMNS:
                raise BadFile("too_many_columns", _("This file has more than %(n)d columns.") % {"n": MOST_COLUMNS})
            if self.headless is None:
                self.headless = _has_number(cells, country)
            if self.headless:
                self._first_row = [(cells, "")]
                cells = [""] * len(cells)
            return _once_each(cells)
        return []


def open_stored(name: str, encoding: str, delimiter: str, country: str, headless: bool | None = None) -> Table:
    """The table of a file in the storage. Raises FileNotFoundError."""
    return Table(default_storage.open(name, "rb"), encoding, delimiter, country, headless)


def open_again(import_: Import) -> Table:
    """The same of an import, as it was read when it came."""
    return open_stored(import_.file, import_.encoding, import_.delimiter, import_.country, import_.headless)


def _has_number(cells: Sequence[str], country: str) -> bool:
    return any(phones.normalise(cell, country) for cell in cells if any(map(str.isdigit, cell)))


def _names_the_delimiter(cells: Sequence[str]) -> bool:
    """A spreadsheet's own first line: "sep=;"."""
    return cells[0].lower().startswith("sep=") and not any(cells[1:])


def _once_each(cells: Sequence[str]) -> list[str]:
    """The names of the columns: those without one are numbered, and so is a name that stands there twice."""
    names: list[str] = []
    times: Counter[str] = Counter()
    for place, cell in enumerate(cells, 1):
        name = " ".join(cell.split())[:80] or _("Column %(n)d") % {"n": place}
        times[name.casefold()] += 1
        again = times[name.casefold()]
        names.append(name if again == 1 else f"{name} ({again})")
    return names


def sniff(head: str) -> str:
    """The delimiter of a text by its first lines: the one that cuts most of them into the same number of cells."""
    if head[:4].lower() == "sep=" and head[4:5] in _DELIMITERS:
        return head[4]
    return max(_DELIMITERS, key=lambda delimiter: _fits(head, delimiter))


def _fits(head: str, delimiter: str) -> tuple[int, int]:
    """(lines that have as many cells as the first and more than one, that number of cells)."""
    widths: list[int] = []
    with suppress(csv.Error):
        for cells in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
            if any(cells):
                widths.append(len(cells))
            if len(widths) == _LINES_SEEN:
                break
    if not widths or widths[0] == 1:
        return 0, 0
    return sum(width == widths[0] for width in widths), widths[0]
