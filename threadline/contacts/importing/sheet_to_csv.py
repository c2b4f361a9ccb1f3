"""The program that turns a spreadsheet into CSV: `sheet_to_csv.py SOURCE TARGET`; prints what is wrong in one word.

It runs in a process of its own, and without the product, because reading a spreadsheet takes much memory at once.
"""

import csv
import resource
import sys
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

MEMORY = 2_000_000_000  # bytes: a small file may unpack to anything
SECONDS = 120


def main(source: str, target: str) -> str:
    """Write the first sheet that is not hidden and not empty; "" or the word for what kept it from that."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        workbook = CalamineWorkbook.from_path(source)
        shown = [one.name for one in workbook.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        for name in shown:
            if _write(workbook.get_sheet_by_name(name).iter_rows(), target):
                return ""
    except PasswordError:
        return "locked"
    except CalamineError:
        return "broken"
    return "empty"


def _write(rows: Iterable[list[Any]], target: str) -> bool:
    """Whether there was any row."""
    written = False
    with open(target, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
        writer = csv.writer(file)
        for row in rows:
            writer.writerow([text(cell) for cell in row])
            written = True
    return written


def text(cell: Any) -> str:
    """A cell as somebody reading the sheet would type it: a phone number that became a number has no .0 at its end."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:3]))
