"""The group-commit writer: one thread, one transaction a turn; a request is durable before it is answered."""

import asyncio
import contextlib
import json
import logging
import threading
import time
from datetime import datetime
from typing import NamedTuple

from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection, transaction

from threadline.compliance import optouts
from threadline.compliance.optouts import NewOptOut
from threadline.lib import doorbell, failpoints

logger = logging.getLogger(__name__)

MOST_IN_A_TURN = 500
MOST_WAITING = 5_000
RING_EVERY = 0.02


class OverloadedError(Exception):
    """More requests wait for the disk than can be answered in time."""


class Raw(NamedTuple):
    """One verified request to store, and the opt-out it says. The fields up to `received_at` are the row."""

    workspace_id: int
    connection_id: int
    kind: str
    key: str
    address: str
    attempt: str
    body: str
    received_at: str  # as `moment` writes it
    stop: NewOptOut | None = None


_ROW = 8  # fields of Raw that are columns
_COLUMNS = "workspace_id, connection_id, kind, key, address, attempt, body, received_at"
# One statement with one parameter, whatever the number of rows: prepared once, and the interpreter's lock is given up
# and won back once a turn instead of once a row.
_INSERT = {
    "sqlite": (
        f"INSERT INTO ingest_rawrequest ({_COLUMNS}, problem) SELECT "
        + ", ".join(f"json_extract(value, '$[{at}]')" for at in range(_ROW))
        + ", '' FROM json_each(%s) WHERE true ON CONFLICT (key) DO NOTHING"
    ),
    "postgresql": (
        f"INSERT INTO ingest_rawrequest ({_COLUMNS}, problem) SELECT "
        "(value->>0)::bigint, (value->>1)::bigint, value->>2, value->>3, value->>4, value->>5, value->>6, "
        "(value->>7 || '+00:00')::timestamptz, '' FROM json_array_elements(%s::json) ON CONFLICT (key) DO NOTHING"
    ),
}


class Writer:
    """Lives beside one event loop. `put` from the loop; the future it returns is done when the row is on the disk."""

    def __init__(self) -> None:
        self._gathered: list[tuple[Raw, asyncio.Future[None]]] = []  # the loop's
        self._waiting: list[tuple[Raw, asyncio.Future[None]]] = []  # the thread's, under the condition
        self._due = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rang = 0.0

    def start(self) -> None:
        """Begin, from the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="ingest-writer", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Write what waits, then end."""
        self._hand_over()
        with self._due:
            self._stopping = True
            self._due.notify()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    def put(self, raw: Raw) -> "asyncio.Future[None]":
        """Queue one request. The future raises what the commit raised. Raises `OverloadedError`."""
        loop = self._loop
        if loop is None or self._stopping or len(self._waiting) + len(self._gathered) >= MOST_WAITING:
            raise OverloadedError
        future = loop.create_future()
        self._gathered.append((raw, future))
        if len(self._gathered) == 1:
            loop.call_soon(self._hand_over)  # after everything else that this turn of the loop has read
        return future

    def _hand_over(self) -> None:
        with self._due:
            self._waiting += self._gathered
            self._gathered = []
            self._due.notify()

    def _run(self) -> None:
        try:
            while turn := self._next():
                problems = store([raw for raw, _ in turn])
                outcome = list(zip((future for _, future in turn), problems, strict=True))
                with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits any more
                    self._loop.call_soon_threadsafe(_resolve, outcome)  # type: ignore[union-attr]
                self._ring()
        finally:
            connection.close()

    def _ring(self) -> None:
        """Wake the workers; while turn follows turn, every RING_EVERY seconds is enough."""
        now = time.monotonic()
        if now - self._rang >= RING_EVERY or not self._waiting:
            self._rang = now
            doorbell.ring("ingest")

    def _next(self) -> list[tuple[Raw, "asyncio.Future[None]"]]:
        """Wait for work; the empty list when stopping and nothing is left."""
        with self._due:
            while not self._waiting and not self._stopping:
                self._due.wait()
            turn, self._waiting = self._waiting[:MOST_IN_A_TURN], self._waiting[MOST_IN_A_TURN:]
        return turn


def _resolve(outcome: list[tuple["asyncio.Future[None]", Exception | None]]) -> None:
    for future, problem in outcome:
        if future.done():  # the client hung up
            continue
        if problem is None:
            future.set_result(None)
        else:
            future.set_exception(problem)


def store(turn: list[Raw]) -> list[Exception | None]:
    """Commit a turn; per request None or why it could not be stored. A bad one does not take the others with it."""
    try:
        try:
            _commit(turn)
        except (OperationalError, InterfaceError):
            connection.close()  # the server went away, or restarted: once more on a new connection
            _commit(turn)
        failpoints.hit("ingest.after_store")
        return [None] * len(turn)
    except (DataError, IntegrityError) as error:
        if len(turn) == 1:
            logger.error("A webhook could not be stored: %s", type(error).__name__)
            return [error]
        return [problem for raw in turn for problem in store([raw])]
    except Exception as error:
        logger.exception("%d webhooks could not be stored", len(turn))
        return [error] * len(turn)


def _commit(turn: list[Raw]) -> None:
    """Everything of a turn in one transaction; sorted, so that two writers cannot wait for each other's rows."""
    listed = json.dumps(sorted(raw[:_ROW] for raw in turn), ensure_ascii=False)
    stops = {raw.key: raw.stop for raw in turn if raw.stop is not None}
    if not stops:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT[connection.vendor], [listed])  # a statement by itself is a transaction
        return
    with transaction.atomic(), connection.cursor() as cursor:
        optouts.lock_exclusive(stop.workspace_id for stop in stops.values())  # before any row: T12
        cursor.execute(_INSERT[connection.vendor] + " RETURNING key", [listed])
        # A STOP that the carrier repeats was recorded when it first came, and may have been lifted since.
        optouts.record([stops[key] for (key,) in cursor.fetchall() if key in stops])


def moment(at: datetime) -> str:
    """A UTC time as the row carries it, which is how Django keeps times on SQLite."""
    return str(at.replace(tzinfo=None))
