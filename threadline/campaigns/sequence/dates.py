"""Dates of people as they stand in custom fields: read whatever way they were written, never guessed."""

import re
from datetime import date, datetime
from typing import Any, Final

_WRITTEN: Final = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%m/%d/%Y"),
    *("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y"),
)
_TIME_OF_DAY: Final = re.compile(r"[T ]\d{1,2}:\d\d.*$")


def read(value: Any) -> date | None:
    """A date like 2026-05-03, 5/3/2026 (month first), 3.5.2026, 3 May 2026 or May 3, 2026; None for anything else."""
    text = _TIME_OF_DAY.sub("", str(value or "").strip()[:40]).replace(",", "")
    for form in _WRITTEN:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
