"""The rows that made no contact of their own, as a CSV that a spreadsheet opens safely."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from threadline.contacts.models import Import, ImportRow
from threadline.lib import csv_lines


def rejects(import_: Import, verdicts: Sequence[str] = ImportRow.Verdict.values) -> Iterator[str]:
    """Lines of CSV: a header, then every row that was merged, skipped or invalid, with its reason and its cells."""
    yield csv_lines.line([_("Row"), _("Result"), _("Reason"), *import_.headers])
    rows = import_.rows.filter(verdict__in=verdicts).order_by("number")
    for number, verdict, reason, cells in rows.values_list("number", "verdict", "reason", "cells").iterator():
        yield csv_lines.line([str(number), str(ImportRow.Verdict(verdict).label), reason, *cells])
