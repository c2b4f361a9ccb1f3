"""What an import would do, found out by the code that does it, on the first rows of its file; nothing is written."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from threadline.contacts.importing import batch, table
from threadline.contacts.importing.lines import Line, Reading, sentence
from threadline.contacts.importing.table import Table
from threadline.contacts.models import Import, ImportRow
from threadline.contacts.records import TEXTS, Records
from threadline.lib import clock

ROWS: Final = 20_000
BYTES: Final = 8_000_000  # wide rows take memory
SECONDS: Final = 1.5  # somebody waits for the page
BAD: Final = 10
ODD: Final = 3
_EMAIL: Final = TEXTS.index("email")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that would be invalid, as its note would say it."""

    number: int
    reason: str
    cells: list[str]

    @property
    def filled(self) -> list[str]:
        """As ImportRow.filled."""
        return [cell for cell in self.cells if cell.strip()]


@dataclass(frozen=True, slots=True)
class OddEmail:
    """An address that would come in as it is, though no mail could go there."""

    number: int  # of the row
    email: str


@dataclass(frozen=True, slots=True)
class Check:
    """What would become of the first `rows` rows; `whole`: there are no more. The five counts add up to `rows`."""

    rows: int
    whole: bool
    created: int
    updated: int
    merged: int
    skipped: int
    invalid: int
    numbers: int  # different ones that could be texted
    bad: list[BadRow]
    odd: list[OddEmail]  # the first of `odd_emails`
    odd_emails: int

    @property
    def people(self) -> int:
        """Who would be new, or know more than before."""
        return self.created + self.updated


def check(import_: Import) -> Check:
    """By its mapping, country and what is to become of known people, as `choose` has kept them.

    Raises FileNotFoundError.
    """
    opened = table.open_again(import_)
    try:
        lines, whole = _first(Reading(import_).lines(opened.rows(), 1), opened)
    finally:
        opened.close()
    numbers = batch.numbers(lines)
    records = Records(import_.workspace_id, numbers, clock.now(), imported=import_.pk)
    counts: Counter[str] = Counter()
    bad: list[BadRow] = []
    odd: list[OddEmail] = []
    odd_emails = 0
    for line, verdict, code in batch.judge(import_, lines, records):
        counts[verdict] += 1
        if verdict == ImportRow.Verdict.INVALID and len(bad) < BAD:
            bad.append(BadRow(line.number, sentence(code), line.cells))
        elif verdict in ("created", "updated", "merged") and _is_odd(line, records):
            odd_emails += 1
            if len(odd) < ODD:
                odd.append(OddEmail(line.number, line.facts[_EMAIL]))
    return Check(
        rows=len(lines),
        whole=whole,
        created=counts["created"],
        updated=counts["updated"],
        merged=counts["merged"],
        skipped=counts["skipped"],
        invalid=counts["invalid"],
        numbers=len(numbers),
        bad=bad,
        odd=odd,
        odd_emails=odd_emails,
    )


def _is_odd(line: Line, records: Records) -> bool:
    """Whether it has given its person an address that is none."""
    email = line.facts[_EMAIL]
    if not email or records.found[line.phone].texts[_EMAIL] != email:
        return False
    try:
        validate_email(email)
    except ValidationError:
        return True
    return False


def _first(lines: Iterable[Line], opened: Table) -> tuple[list[Line], bool]:
    """As many as there is room and time for, one at least; whether these are all."""
    found: list[Line] = []
    end = time.monotonic() + SECONDS
    for line in lines:
        if found and (len(found) >= ROWS or opened.position > BYTES or time.monotonic() > end):
            return found, False
        found.append(line)
    return found, True
