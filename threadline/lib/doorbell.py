"""Waking who waits for work: `ring` after a commit, `Doorbell(...).wait` in the process that does it (T10).

A ring carries no data and may be lost; then the sleeper looks for itself after at most a second. On SQLite a doorbell
is a Unix datagram socket beside the database, on PostgreSQL a LISTEN. Nothing here ever raises into the caller.
"""

import contextlib
import logging
import time
from collections.abc import Iterable
from functools import partial
from types import TracebackType
from typing import Protocol

from django.db import connection, transaction

logger = logging.getLogger(__name__)

LONGEST_WAIT = 1.0


class _Bell(Protocol):
    def wait(self, timeout: float) -> set[str]: ...

    def close(self) -> None: ...


def ring(*topics: str) -> None:
    """Wake every process that waits for one of the topics. Call it after the commit, from any thread."""
    try:
        if connection.vendor == "postgresql":
            from threadline.lib.doorbells import postgres

            postgres.ring(topics)
        else:
            from threadline.lib.doorbells import sockets

            sockets.ring(connection.settings_dict["NAME"], topics)
    except Exception:
        logger.warning("A doorbell could not be rung; sleepers will look for themselves.", exc_info=True)


def ring_on_commit(*topics: str) -> None:
    """Ring once the transaction around the caller has committed (at once, when there is none)."""
    transaction.on_commit(partial(ring, *topics), robust=True)


class Doorbell:
    """One sleeper's bell for some topics. Use it from one thread; `close` it, or use it as a context manager."""

    def __init__(self, topics: Iterable[str]) -> None:
        self.topics = frozenset(topics)
        self._bell: _Bell | None = None
        self._open()

    def _open(self) -> None:
        try:
            if connection.vendor == "postgresql":
                from threadline.lib.doorbells import postgres

                self._bell = postgres.Listener(self.topics)
            else:
                from threadline.lib.doorbells import sockets

                self._bell = sockets.Socket(connection.settings_dict["NAME"], self.topics)
        except Exception:
            logger.warning("No doorbell here: looking for work by the clock instead.", exc_info=True)

    def wait(self, timeout: float) -> set[str]:
        """Sleep until a ring, at most `timeout` seconds and never more than one; return what rang.

        The set is empty when the time ran out: look anyway now and then, since a ring can be lost.
        """
        timeout = max(0.0, min(timeout, LONGEST_WAIT))
        if self._bell is not None:
            try:
                return self._bell.wait(timeout)
            except Exception:
                logger.warning("A doorbell broke; making it anew.", exc_info=True)
                self.close()
        time.sleep(timeout)
        if self._bell is None:
            self._open()
        return set(self.topics)

    def close(self) -> None:
        """Take the bell down. Waiting again hangs up a new one."""
        bell, self._bell = self._bell, None
        if bell is not None:
            with contextlib.suppress(Exception):
                bell.close()

    def __enter__(self) -> "Doorbell":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
