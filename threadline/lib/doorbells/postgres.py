"""Doorbells on PostgreSQL: LISTEN on a connection of one's own; NOTIFY from one thread, at most every 20 ms.

NOTIFY inside the writers' transactions would put their commits in a line (T7), hence the thread; hence also no payload.
"""

import contextlib
import logging
import os
import threading
import time
from collections.abc import Iterable
from typing import Any

from django.db import connections

logger = logging.getLogger(__name__)

PAUSE = 0.02
_PREFIX = "threadline_"


def _connect() -> Any:
    """A psycopg connection to the default database, in autocommit mode, outside Django's."""
    import psycopg

    wrapper = connections["default"]
    params = {
        key: value
        for key, value in wrapper.get_connection_params().items()
        if key not in {"cursor_factory", "context", "prepare_threshold", "pool"}
    }
    params["connect_timeout"] = 5
    return psycopg.connect(**params, autocommit=True)


class Listener:
    """A connection that LISTENs for some topics."""

    def __init__(self, topics: Iterable[str]) -> None:
        self._topics = frozenset(topics)
        self._connection = _connect()
        for topic in sorted(self._topics):
            self._connection.execute(f'LISTEN "{_PREFIX}{topic}"')
        self._first = True

    def wait(self, timeout: float) -> set[str]:
        """Return the topics that rang. A fresh listener answers at once with all: rings before it were not heard."""
        if self._first:
            self._first = False
            return set(self._topics)
        rang: set[str] = set()
        for note in self._connection.notifies(timeout=timeout, stop_after=1):
            rang.add(note.channel.removeprefix(_PREFIX))
        if rang:
            for note in self._connection.notifies(timeout=0):
                rang.add(note.channel.removeprefix(_PREFIX))
        return rang

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class _Ringer:
    """The thread that notifies: collects topics, sends them together, then pauses."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._pending: set[str] = set()
        self._mutex = threading.Lock()
        self._due = threading.Event()
        self._connection: Any = None
        threading.Thread(target=self._run, name="doorbell", daemon=True).start()

    def ring(self, topics: Iterable[str]) -> None:
        with self._mutex:
            self._pending.update(topics)
        self._due.set()

    def _run(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            with self._mutex:
                topics, self._pending = self._pending, set()
            if topics and not self._notify(topics):
                self._notify(topics)  # once more on a new connection; after that the sleepers' clocks must do
            time.sleep(PAUSE)

    def _notify(self, topics: set[str]) -> bool:
        try:
            if self._connection is None:
                self._connection = _connect()
            for topic in sorted(topics):
                self._connection.execute(f'NOTIFY "{_PREFIX}{topic}"')
        except Exception:
            logger.info("NOTIFY failed; connecting anew.", exc_info=True)
            with contextlib.suppress(Exception):
                self._connection.close()
            self._connection = None
            return False
        return True


_ringer: _Ringer | None = None
_ringer_mutex = threading.Lock()


def ring(topics: Iterable[str]) -> None:
    """Leave the topics with the ringing thread of this process (after a fork: a new one)."""
    global _ringer
    ringer = _ringer
    if ringer is None or ringer.pid != os.getpid():
        with _ringer_mutex:
            ringer = _ringer
            if ringer is None or ringer.pid != os.getpid():
                ringer = _ringer = _Ringer()
    ringer.ring(topics)
