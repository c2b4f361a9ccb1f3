"""The group-commit writer: one thread, one transaction a turn; a request is durable before it is answered."""

import asyncio
import contextlib
import json
import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection, transaction

from threadline.compliance import optouts
from threadline.compliance.optouts import NewOptOut
from threadline.lib import doorbell, rows

logger = logging.getLogger(__name__)

MOST_IN_A_TURN = 500
MOST_WAITING = 5_000


class OverloadedError(Exception):
    """More requests wait for the disk than can be answered in time."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One verified request to store, and the opt-out it says."""

    workspace_id: int
    connection_id: int
    kind: str
    key: str
    address: str
    attempt: str
    body: str
    received_at: datetime
    stop: NewOptOut | None = None


_COLUMNS = "workspace_id, connection_id, kind, key, address, attempt, body, received_at"
# One statement with one parameter, whatever the number of rows: prepared once, and the interpreter's lock is given up
# and won back once a turn instead of once a row.
_INSERT = {
    "sqlite": (
        f"INSERT INTO ingest_rawrequest ({_COLUMNS}, problem) SELECT "
        + ", ".join(f"json_extract(value, '$[{at}]')" for at in range(8))
        + ", '' FROM json_each(%s) WHERE true ON CONFLICT (key) DO NOTHING"
    ),
    "postgresql": (
        f"INSERT INTO ingest_rawrequest ({_COLUMNS}, problem) SELECT "
        "(value->>0)::bigint, (value->>1)::bigint, value->>2, value->>3, value->>4, value->>5, value->>6, "
        "(value->>7)::timestamptz, '' FROM json_array_elements(%s::json) ON CONFLICT (key) DO NOTHING"
    ),
}


class Writer:
    """Lives beside one event loop. `put` from the loop; the future it returns is done when the row is on the disk."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Raw, asyncio.Future[None]]] = []
        self._due = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin, from the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="ingest-writer")
        self._thread.start()

    async def stop(self) -> None:
        """Write what waits, then end."""
        with self._due:
            self._stopping = True
            self._due.notify()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    def put(self, raw: Raw) -> "asyncio.Future[None]":
        """Queue one request. The future raises what the commit raised. Raises `OverloadedError`."""
        if len(self._waiting) >= MOST_WAITING or self._loop is None or self._stopping:
            raise OverloadedError
        future = self._loop.create_future()
        with self._due:
            self._waiting.append((raw, future))
            if len(self._waiting) == 1:
                self._due.notify()
        return future

    def _run(self) -> None:
        try:
            while turn := self._next():
                problems = store([raw for raw, _ in turn])
                outcome = list(zip((future for _, future in turn), problems, strict=True))
                with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits any more
                    self._loop.call_soon_threadsafe(_resolve, outcome)  # type: ignore[union-attr]
                doorbell.ring("ingest")
        finally:
            connection.close()

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
    """Everything of a turn in one transaction; rows in the order of their keys, so that two writers cannot deadlock."""
    listed = json.dumps([_plain(raw) for raw in sorted(turn, key=_by_key)])
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


def _by_key(raw: Raw) -> str:
    return raw.key


def _plain(raw: Raw) -> tuple[Any, ...]:
    return (
        raw.workspace_id,
        raw.connection_id,
        raw.kind,
        raw.key,
        raw.address,
        raw.attempt,
        raw.body,
        str(rows.plain(raw.received_at)),
    )
