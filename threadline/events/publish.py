"""publish(): write down what happened, the last statement before COMMIT, so that a plain id cursor misses nothing."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from threadline.lib import clock, doorbell, rows

LOCK = 0x7468_7265_6164  # the advisory lock of all publishers


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened: a type of events/types.py, the public id of what it concerns, its data."""

    workspace_id: int
    type: str
    subject: str
    data: dict[str, Any] = field(default_factory=dict)


Told = dict[Callable[[], None], Sequence[Happening]]  # by a mark that is forgotten with its savepoint


class _Gathering(threading.local):
    """What is still to be published in this thread's once_at_the_end()."""

    told: Told | None = None


_here = _Gathering()


@contextmanager
def once_at_the_end() -> Iterator[None]:
    """Around several functions that publish, in the transaction that they share: what they tell is published last.

    Else the first one takes the lock, and the others wait for rows whose holders wait for the lock. What was told in a
    savepoint that was rolled back is not published; when an error comes out of here, nothing is.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("once_at_the_end() belongs into a transaction")
    if _here.told is not None:  # within another one
        yield
        return
    told: Told = {}
    _here.told = told
    try:
        yield
    finally:
        _here.told = None
    publish([one for _savepoints, mark, *_ in connection.run_on_commit for one in told.get(mark, ())])


def publish(happenings: Sequence[Happening]) -> None:
    """Store `happenings` as events; must be the last statement of the caller's transaction.

    PostgreSQL commits out of id order: the lock, held until the commit, makes id order and commit order the same.
    Taken last, it is held only for the commit itself. SQLite has one writer anyway.
    """
    if not happenings:
        return
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("publish() belongs at the end of a transaction")
    if _here.told is not None:
        _gather(_here.told, happenings)
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # References are checked here: at the commit that could wait for a row whose holder waits for the lock.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    at = clock.now()
    rows.insert(
        "events_event",
        ("workspace_id", "type", "subject", "data", "created_at"),
        [(one.workspace_id, one.type, one.subject, one.data, at) for one in happenings],
    )
    doorbell.ring_on_commit("events")


def _gather(told: Told, happenings: Sequence[Happening]) -> None:
    """Keep it for the end. Django forgets what was to be called on commit when it rolls a savepoint back."""

    def mark() -> None:
        """Only there to be forgotten."""

    told[mark] = list(happenings)
    transaction.on_commit(mark)
