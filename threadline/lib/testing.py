"""For tests: how the database goes about what a function asks of it."""

import re
from collections.abc import Callable
from typing import Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext

WHOLE: Final = re.compile(r"SCAN \w+$|Seq Scan", re.MULTILINE)  # a table is read from end to end
SORTED: Final = re.compile(r"TEMP B-TREE FOR ORDER BY|\bSort  \(")


def plans(act: Callable[[], object], table: str) -> list[str]:
    """The plan of every statement about the table that `act` runs, a step of it per line.

    A test's tables are so small that PostgreSQL would rather read and sort them: it is told to avoid that if it can.
    """
    with CaptureQueriesContext(connection) as captured:
        act()
    asked = [query["sql"] for query in captured.captured_queries if table in query["sql"]]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        return [_plan(cursor, statement) for statement in asked]


def _plan(cursor: CursorWrapper, statement: str) -> str:
    cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + statement)
    return "\n".join(str(row[-1]) for row in cursor.fetchall())
