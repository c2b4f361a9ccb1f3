"""publish(): write down what happened, the last statement before COMMIT, so that a plain id cursor misses nothing."""

from collections.abc import Sequence
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


def publish(happenings: Sequence[Happening]) -> None:
    """Store `happenings` as events; must be the last statement of the caller's transaction.

    PostgreSQL commits out of id order: the lock, held until the commit, makes id order and commit order the same.
    Taken last, it is held only for the commit itself. SQLite has one writer anyway.
    """
    if not happenings:
        return
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("publish() belongs at the end of a transaction")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    at = clock.now()
    rows.insert(
        "events_event",
        ("workspace_id", "type", "subject", "data", "created_at"),
        [(one.workspace_id, one.type, one.subject, one.data, at) for one in happenings],
    )
    doorbell.ring_on_commit("events")
