"""Writing many rows of one table with few statements, alike on SQLite and PostgreSQL.

The hot path cannot afford a model instance a row: a multi-row INSERT of plain tuples costs a tenth of bulk_create.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

ROWS_PER_INSERT = 500  # times the columns of our widest table: well under both databases' limits


def plain(value: Any) -> Any:
    """A value as the driver of the current database stores it in a raw statement."""
    if isinstance(value, datetime):
        # Django keeps naive UTC text on SQLite; the driver's own adapter would write another form.
        return value if connection.vendor == "postgresql" else str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, dict | list):
        return json.dumps(value)
    return value


def insert(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], suffix: str = ""
) -> list[tuple[Any, ...]]:
    """Insert `rows`; `suffix` may hold ON CONFLICT or RETURNING, whose rows come back in no promised order."""
    returned: list[tuple[Any, ...]] = []
    row_marks = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_PER_INSERT):
            part = rows[start : start + ROWS_PER_INSERT]
            marks = ", ".join([row_marks] * len(part))
            values = [plain(value) for row in part for value in row]
            cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES {marks} {suffix}", values)
            if "RETURNING" in suffix:
                returned += cursor.fetchall()
    return returned


def each(statement: str, rows: Iterable[Sequence[Any]]) -> int:
    """Run one statement for every row of parameters; the number of rows that changed."""
    values = [[plain(value) for value in row] for row in rows]
    if not values:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
        return int(cursor.rowcount)
