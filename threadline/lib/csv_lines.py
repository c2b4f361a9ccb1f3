"""Lines of CSV that a spreadsheet opens safely: no cell runs as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9.,]+")  # phone numbers among them: nothing that could run


def line(cells: Iterable[str]) -> str:
    """One record with its line end, every cell defused."""
    written = io.StringIO(newline="")
    csv.writer(written).writerow([defused(cell) for cell in cells])
    return written.getvalue()


def marked(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a file with a byte order mark before them: by it spreadsheets know that it is UTF-8."""
    yield "\ufeff"
    yield from lines


def defused(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula begins with an apostrophe instead; others stay as they are."""
    runs = cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if runs else cell
