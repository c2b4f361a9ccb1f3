"""Writing many rows of one table with few statements, alike on SQLite and PostgreSQL.

The hot path cannot afford a model instance a row, nor a parameter a value: SQLite runs one small prepared statement for
every row, PostgreSQL gets all rows as one JSON parameter.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection

ROWS_PER_INSERT = 500  # times the columns of our widest table: well under both databases' limits

_AS_IT_IS = frozenset({int, str, type(None), bool, float})


def plain(value: Any) -> Any:
    """A value as the driver of the current database stores it in a raw statement."""
    if isinstance(value, datetime):
        # Django keeps naive UTC text on SQLite; the driver's own adapter would write another form.
        return value if connection.vendor == "postgresql" else str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, dict | list):
        return json.dumps(value)
    return value


def moment(value: datetime) -> datetime:
    """A time as a raw statement returned it, with its zone: SQLite knows none, and means UTC."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def moment_or_none(value: datetime | None) -> datetime | None:
    """The same for a column that may be empty."""
    return None if value is None else moment(value)


def insert(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], suffix: str = ""
) -> list[tuple[Any, ...]]:
    """Insert `rows`; `suffix` may hold ON CONFLICT or RETURNING, whose rows come back in no promised order."""
    if not rows:
        return []
    names, returning = ", ".join(columns), "RETURNING" in suffix
    row_marks = f"({', '.join(['%s'] * len(columns))})"
    returned: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            source = f"SELECT {names} FROM json_populate_recordset(NULL::{table}, %s::json)"
            cursor.execute(f"INSERT INTO {table} ({names}) {source} {suffix}", [_document(columns, rows)])
            return cursor.fetchall() if returning else []
        if not returning:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES {row_marks} {suffix}", _plain_rows(rows))
            return []
        for start in range(0, len(rows), ROWS_PER_INSERT):
            part = rows[start : start + ROWS_PER_INSERT]
            marks = ", ".join([row_marks] * len(part))
            values = [value for row in _plain_rows(part) for value in row]
            cursor.execute(f"INSERT INTO {table} ({names}) VALUES {marks} {suffix}", values)
            returned += cursor.fetchall()
    return returned


def copy(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert `rows`, of which none can be there already: on PostgreSQL the quickest way to store very many."""
    if connection.vendor != "postgresql":
        insert(table, columns, rows)
    elif rows:
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copied:
            for row in _plain_rows(rows):
                copied.write_row(row)


def update(
    table: str,
    key: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    also: str = "",
    where: str = "TRUE",
    now: datetime | None = None,
) -> None:
    """Set `columns` of the rows whose `key` is the first value of each of `rows`.

    `also` is more SQL for SET, the same for all, in which `{now}` stands for the time; `where` must hold as well.
    """
    if not rows:
        return
    common, times = (also.format(now="%s"), [plain(now)]) if "{now}" in also else (also, [])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            settings = ", ".join(filter(None, [*(f"{name} = given.new_{name}" for name in columns), common]))
            given = ", ".join(f"{name} AS new_{name}" for name in (key, *columns))
            cursor.execute(
                f"UPDATE {table} SET {settings} FROM (SELECT {given} "
                f"FROM json_populate_recordset(NULL::{table}, %s::json)) AS given "
                f"WHERE {table}.{key} = given.new_{key} AND {where}",
                [*times, _document((key, *columns), rows)],
            )
            return
        settings = ", ".join(filter(None, [*(f"{name} = %s" for name in columns), common]))
        cursor.executemany(
            f"UPDATE {table} SET {settings} WHERE {key} = %s AND {where}",
            [(*row[1:], *times, row[0]) for row in _plain_rows(rows)],
        )


def update_by(table: str, settings: str, given: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
    """Change each row whose id is the first value of one of `rows`, by expressions on the row and on what is given.

    `given` names the values and their types on PostgreSQL, "id" first; `settings` refers to them as given.name.
    """
    if not rows:
        return
    where = f"WHERE {table}.id = given.id"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = ", ".join(f"{name} {kind}" for name, kind in given.items())
            source = f"json_to_recordset(%s::json) AS given({types})"
            cursor.execute(f"UPDATE {table} SET {settings} FROM {source} {where}", [_document(tuple(given), rows)])
            return
        source = f"(SELECT {', '.join(f'%s AS {name}' for name in given)}) AS given"
        cursor.executemany(f"UPDATE {table} SET {settings} FROM {source} {where}", _plain_rows(rows))


@contextmanager
def pipelined() -> Iterator[None]:
    """On PostgreSQL: what nobody reads the result of does not wait for it; an error shows later, at the latest here."""
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def each(statement: str, rows: Iterable[Sequence[Any]]) -> int:
    """Run one statement for every row of parameters; the number of rows that changed."""
    values = _plain_rows(rows)
    if not values:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
        return int(cursor.rowcount)


def _plain_rows(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Every value as `plain` has it, column by column: most hold nothing but numbers and text."""
    columns = list(zip(*rows, strict=True))
    for place, column in enumerate(columns):
        if not _AS_IT_IS.issuperset(map(type, column)):
            columns[place] = _plain_column(column)
    return list(zip(*columns, strict=True))


def _plain_column(column: Sequence[Any]) -> tuple[Any, ...]:
    """A batch repeats moments and documents: each is converted once."""
    converted: dict[int, Any] = {}
    for value in column:  # all alive in `column`, so that ids stay unique
        if id(value) not in converted:
            converted[id(value)] = plain(value)
    return tuple([converted[id(value)] for value in column])


def _document(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The rows as a JSON list of objects, for json_populate_recordset."""
    return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, default=_written)


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
