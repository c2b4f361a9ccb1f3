"""The chores' role: of all worker processes of an installation one holds it; when it dies another takes it."""

import fcntl
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

_LOCK = 0x63686F7265  # "chore"


class Role:
    """For one thread: on PostgreSQL the lock belongs to this thread's connection, on SQLite to an open file."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._backend: int | None = None

    def held(self) -> bool:
        """Whether this process has the role now, or could take it."""
        if connection.vendor == "postgresql":
            return self._held_on_postgres()
        if self._file is None:
            file = (Path(settings.THREADLINE_DATA) / "chores.lock").open("wb")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return False
            self._file = file
        return True

    def _held_on_postgres(self) -> bool:
        """A new connection has lost the lock with the old one."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (backend,) = cursor.fetchone()
            if backend != self._backend:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
                (got,) = cursor.fetchone()
                self._backend = backend if got else None
        return self._backend is not None

    def drop(self) -> None:
        """Let another process take it."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._backend is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
            self._backend = None
