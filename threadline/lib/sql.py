"""Pieces of batch SQL that read the same on SQLite and PostgreSQL."""

import json
from collections.abc import Iterable

from django.db import connection


def any_of(column: str) -> str:
    """A condition `column is one of` with a single placeholder, for lists of any length: see `array`."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)"
    return f"{column} IN (SELECT value FROM json_each(%s))"


def moment() -> str:
    """The placeholder for a time where no column says that it is one, as in the list of a SELECT."""
    return "%s::timestamptz" if connection.vendor == "postgresql" else "%s"


def array(values: Iterable[int] | Iterable[str]) -> list[int] | list[str] | str:
    """The parameter for `any_of`: a list on PostgreSQL, its JSON on SQLite."""
    listed = list(values)
    return listed if connection.vendor == "postgresql" else json.dumps(listed)  # type: ignore[return-value]
