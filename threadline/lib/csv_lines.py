"""Lines of CSV that a spreadsheet opens safely: no cell runs as a formula."""

import csv
import io
from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def line(cells: Iterable[str]) -> str:
    """One record with its line end, every cell defused."""
    written = io.StringIO(newline="")
    csv.writer(written).writerow([defused(cell) for cell in cells])
    return written.getvalue()


def defused(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula begins with an apostrophe instead; others stay as they are."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
