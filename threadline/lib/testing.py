"""For tests: how the database goes about what a function asks of it, and what others do at the same time."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def meanwhile(act: Callable[[], object], held: Callable[[], object], waits: bool = True) -> Iterator[None]:
    """In a transaction that has done `held`: somebody else acts in another, and waits until it is done (or does not).

    Of two who wait for each other one is broken off: that fails the test, here or in the thread. PostgreSQL only.
    """
    problems: list[Exception] = []

    def run() -> None:
        try:
            with transaction.atomic():
                act()
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        held()
        thread.start()
        assert _comes_to_wait(thread) == waits
        yield
    thread.join(20)
    assert problems == []


def _comes_to_wait(thread: threading.Thread) -> bool:
    """Whether the thread waits for this transaction before it has come to its end."""
    ours = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    with connection.cursor() as cursor:
        while thread.is_alive():
            cursor.execute(ours)
            if cursor.fetchone():
                return True
            time.sleep(0.02)
    return False
