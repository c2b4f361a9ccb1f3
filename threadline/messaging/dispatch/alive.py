"""Which senders live: each holds a lock that the operating system or the database drops when its process dies."""

import fcntl
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

_held: dict[str, IO[bytes]] = {}


def hold(worker: str) -> None:
    """Say that `worker` lives, until this process (on PostgreSQL: this thread's connection) ends. May be said again."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_number(worker)])
        return
    if worker not in _held:
        file = _path(worker).open("wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        _held[worker] = file


def drop(worker: str) -> None:
    """Say that `worker` has ended in good order."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_number(worker)])
    elif file := _held.pop(worker, None):
        file.close()
        _path(worker).unlink(missing_ok=True)


def dead(workers: Iterable[str]) -> list[str]:
    """Those of `workers` whose lock nobody holds any more."""
    return [worker for worker in workers if worker not in _held and _is_free(worker)]


def _is_free(worker: str) -> bool:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 "
                "AND classid = %s::bigint::oid AND objid = %s::bigint::oid",
                [_number(worker) >> 32, _number(worker) & 0xFFFFFFFF],
            )
            return bool(cursor.fetchone() == (0,))
    path = _path(worker)
    if not path.exists():
        return True
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    path.unlink(missing_ok=True)
    return True


def _number(worker: str) -> int:
    """A lock number in the upper half of PostgreSQL's positive bigints, away from the other locks."""
    return 1 << 62 | int.from_bytes(hashlib.sha256(worker.encode()).digest()[:7])


def _path(worker: str) -> Path:
    folder = Path(settings.THREADLINE_DATA) / "senders"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{worker}.lock"
