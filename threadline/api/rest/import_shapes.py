"""Imports of people as programs ask for and read them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from threadline.api.problems import invalid
from threadline.api.rest.shapes import ListOf, Shape
from threadline.contacts import importing
from threadline.contacts.importing import Check
from threadline.contacts.models import Import as Row

LONGEST_MAPPING: Final = 50_000
_MAPPING: Final = (
    "JSON: what each column is, by name {“Mobile”: “phone”, “Pet”: “field:pet_name”} or in order [“phone”, “”]; "
    "columns left out are not imported. Without it: as their names and contents suggest."
)
Name = Annotated[str, Field(max_length=200)]


class Column(Shape):
    """One column of the file."""

    name: str
    target: str = Field(description="phone, name, first_name, last_name, company, email, consent, field:… or empty.")


Columns = list[Column]


class Import(Shape):
    """A file of people. rows = created + updated + merged + skipped + invalid, at every moment."""

    object: Literal["import"] = "import"
    id: str
    state: Literal["uploaded", "queued", "running", "done", "failed", "cancelled", "undoing", "undone"]
    filename: str
    list: str | None = Field(description="Where the people go, lst_….")
    country: str = Field(description="Reads numbers without a country code.")
    known: Literal["update", "merge", "skip"] = Field(description="What becomes of people you have already.")
    columns: Columns
    progress: float = Field(description="0 to 1; of the undoing while it is being undone.")
    rows: int = Field(description="How many rows are accounted for.")
    created: int
    updated: int
    merged: int = Field(description="The same number stood further up in the file.")
    skipped: int
    invalid: int
    problem: str | None = Field(description="Why it failed.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ImportList(ListOf[Import]):
    """A page of imports."""


class InvalidRow(Shape):
    """A row that would not come in."""

    row: int = Field(description="1 is the first one below the header.")
    reason: str
    cells: list[str]


InvalidRows = list[InvalidRow]


class ImportCheck(Shape):
    """What an import would do. rows = created + updated + merged + skipped + invalid."""

    object: Literal["import_check"] = "import_check"
    country: str = Field(description="Reads numbers without a country code.")
    known: Literal["update", "merge", "skip"] = Field(description="What becomes of people you have already.")
    columns: Columns
    whole: bool = Field(description="Whether these are all rows of the file; of a long one only the first are checked.")
    rows: int = Field(description="How many were checked.")
    created: int
    updated: int
    merged: int = Field(description="The same number stood further up in the file.")
    skipped: int
    invalid: int
    invalid_rows: InvalidRows = Field(description="The first ten.")


class NewImport(BaseModel):
    """What goes with the file, as query parameters or as fields of the form."""

    model_config = ConfigDict(extra="forbid")

    filename: Name | None = Field(default=None, description="As you call it; a form gives it by itself.")
    list: Name | None = Field(default=None, description="Put everybody on this list, lst_….")
    country: str | None = Field(
        default=None, pattern="^[A-Z]{2}$", description="Like US: reads numbers without a country code."
    )
    known: Literal["update", "merge", "skip"] = Field("update", description="What becomes of people you have already.")
    mapping: str | None = Field(default=None, max_length=LONGEST_MAPPING, description=_MAPPING)


def mapping(text: str, headers: Sequence[str]) -> list[str]:
    """What each column is, by position, as begin() takes it. Raises Problem (400)."""
    given = _parsed(text)
    if isinstance(given, dict):
        if unknown := next((name for name in given if name not in headers), None):
            text = f"mapping: there is no column {unknown[:80]}; there are {', '.join(headers)[:400]}."
            raise invalid("parameter_invalid", text, "mapping")
        given = [given.get(header, "") for header in headers]
    if not isinstance(given, list) or not all(one is None or isinstance(one, str) for one in given):
        raise invalid("parameter_invalid", "mapping: give a JSON object or list of texts.", "mapping")
    return [one or "" for one in given]


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise invalid("parameter_invalid", "mapping: this is not JSON.", "mapping") from None


def shape(row: Row) -> Import:
    """Needs `into`."""
    return Import.model_validate(
        {
            "id": row.public_id,
            "state": row.state,
            "filename": row.filename,
            "list": row.into.public_id if row.into else None,
            "country": row.country,
            "known": row.known,
            "columns": _columns(row),
            "progress": _progress(row),
            "rows": row.rows_done,
            "created": row.created,
            "updated": row.updated,
            "merged": row.merged,
            "skipped": row.skipped,
            "invalid": row.invalid,
            "problem": row.problem or None,
            "created_at": row.created_at,
            "started_at": row.started_at,
            "finished_at": row.finished_at,
        }
    )


def checked(row: Row, check: Check) -> ImportCheck:
    """What was found of a file that was uploaded, and mapped."""
    return ImportCheck(
        country=row.country,
        known=row.known,  # type: ignore[arg-type]  # one of its choices
        columns=_columns(row),
        whole=check.whole,
        rows=check.rows,
        created=check.created,
        updated=check.updated,
        merged=check.merged,
        skipped=check.skipped,
        invalid=check.invalid,
        invalid_rows=[InvalidRow(row=bad.number, reason=bad.reason, cells=bad.cells) for bad in check.bad],
    )


def _columns(row: Row) -> Columns:
    targets = [*row.mapping, *[""] * len(row.headers)]
    return [Column(name=name, target=target) for name, target in zip(row.headers, targets, strict=False)]


def _progress(row: Row) -> float:
    if row.state in (Row.State.DONE, Row.State.UNDONE):
        return 1.0
    done, total = importing.progress(row)
    return min(1.0, round(done / total, 4))
