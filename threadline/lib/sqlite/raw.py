"""SQLite without Django: the same settings and the same queue of writers, for the ingest edge's writer thread."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from threadline.lib import sqlite as room
from threadline.lib.sqlite.lock import WAIT_SECONDS, lock_for

BUSY_SECONDS = 20.0


def pragmas() -> tuple[str, ...]:
    """The statements that every connection to the database runs first. WAL never checkpoints by itself (T9)."""
    return (
        f"PRAGMA synchronous = {room.SYNCHRONOUS}",
        "PRAGMA wal_autocheckpoint = 0",
        "PRAGMA mmap_size = 0",
        "PRAGMA foreign_keys = ON",
        "PRAGMA temp_store = MEMORY",
    )


def prepare(connection: sqlite3.Connection, path: str | os.PathLike[str]) -> None:
    """Give a new connection our settings; the first one of all turns the database to WAL, alone."""
    for statement in pragmas():
        connection.execute(statement)
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete":
        hold = lock_for(path).acquire()
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            hold.release()


def connect(path: str | os.PathLike[str]) -> sqlite3.Connection:
    """Open a connection in autocommit mode; write through `transaction`. It may move between threads."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    prepare(connection, path)
    return connection


@contextmanager
def transaction(
    connection: sqlite3.Connection, path: str | os.PathLike[str], timeout: float = WAIT_SECONDS
) -> Iterator[sqlite3.Connection]:
    """Run one write transaction in the writers' order: COMMIT at the end of the block, ROLLBACK on any exception."""
    hold = lock_for(path).acquire(timeout)
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    finally:
        hold.release()


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint did: `frames` in the log before, `moved` of them into the database, `complete` or not."""

    complete: bool
    frames: int
    moved: int


def checkpoint(path: str | os.PathLike[str], *, truncate: bool = False, patience: float = 0.1) -> Checkpoint:
    """Move the write-ahead log into the database. For the one process that holds the chore role.

    No writer is at work meanwhile (the write lock is held), which also keeps clear of the WAL-reset bug of
    SQLite <= 3.51.2. A reader in the log is waited for at most `patience` seconds; then it is incomplete, not an error.
    """
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
    hold = lock_for(path).acquire()
    try:
        connection.execute(f"PRAGMA synchronous = {room.SYNCHRONOUS}")
        mode = "TRUNCATE" if truncate else "RESTART"
        busy, frames, moved = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
        return Checkpoint(complete=not busy, frames=frames, moved=moved)
    finally:
        hold.release()
        connection.close()
