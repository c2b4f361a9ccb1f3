"""The rows that made no contact of their own, as a CSV that a spreadsheet opens safely."""

import csv
import io
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from threadline.contacts.models import Import, ImportRow

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rejects(import_: Import, verdicts: Sequence[str] = ImportRow.Verdict.values) -> Iterator[str]:
    """Lines of CSV: a header, then every row that was merged, skipped or invalid, with its reason and its cells."""
    yield _line([_("Row"), _("Result"), _("Reason"), *import_.headers])
    rows = import_.rows.filter(verdict__in=verdicts).order_by("number")
    for number, verdict, reason, cells in rows.values_list("number", "verdict", "reason", "cells").iterator():
        yield _line([str(number), str(ImportRow.Verdict(verdict).label), reason, *cells])


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow([_defused(cell) for cell in cells])
    return line.getvalue()


def _defused(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula begins with an apostrophe instead."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
