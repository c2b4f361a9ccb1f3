"""The sandbox's state: one SQLite file, one connection, and one commit per turn of the event loop."""

import asyncio
import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .schema import SCHEMA

Row = sqlite3.Row


class Store:
    """All reads and writes happen on the event loop; writes of one turn share a transaction."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        self.db.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-8000", "temp_store=MEMORY"):
            self.db.execute(f"PRAGMA {pragma}")
        self.db.executescript(SCHEMA)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._commit: asyncio.Future[None] | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on writes are committed in groups by this loop."""
        self._loop = loop

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query, uncommitted writes of this turn included."""
        return self.db.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        found: Row | None = self.db.execute(sql, values).fetchone()
        return found

    def write(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement in this turn's transaction."""
        self._begin()
        return self.db.execute(sql, values)

    def write_many(self, sql: str, values: Iterable[Sequence[Any] | dict[str, Any]]) -> None:
        """Run one statement for many rows in this turn's transaction."""
        self._begin()
        self.db.executemany(sql, values)

    async def durable(self) -> None:
        """Return once everything written so far is committed."""
        if self._commit is not None:
            await self._commit

    def remember(self, name: str, value: Any) -> None:
        """Keep a small JSON value under a name."""
        self.write("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value)))

    def recall(self, name: str, default: Any) -> Any:
        """The JSON value kept under a name, or the default."""
        found = self.row("SELECT value FROM meta WHERE name = ?", (name,))
        return default if found is None else json.loads(found["value"])

    def close(self) -> None:
        """Commit what is open and close the file."""
        if self.db.in_transaction:
            self.db.execute("COMMIT")
        self.db.close()

    def _begin(self) -> None:
        if self._loop is None or self._commit is not None:
            return
        self.db.execute("BEGIN IMMEDIATE")
        self._commit = self._loop.create_future()
        self._loop.call_soon(self._finish)

    def _finish(self) -> None:
        waiting, self._commit = self._commit, None
        if self.db.in_transaction:
            self.db.execute("COMMIT")
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
