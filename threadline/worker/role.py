"""The chore role: of all worker processes one at a time does the chores; when it dies, the next takes over."""

import fcntl
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

_NUMBER = 0x63686F726573  # "chores"


class Role:
    """Held by a file lock on SQLite, by a session's advisory lock on PostgreSQL: both go with their process."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._session: object | None = None

    def mine(self) -> bool:
        """Whether this process has the role now; takes it when it is free."""
        return self._of_session() if connection.vendor == "postgresql" else self._of_file()

    def _of_session(self) -> bool:
        connection.ensure_connection()
        if self._session is connection.connection and self._session is not None:
            return True  # the same session as when it was taken
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_NUMBER])
            taken = bool(cursor.fetchone()[0])
        self._session = connection.connection if taken else None
        return taken

    def _of_file(self) -> bool:
        if self._file is not None:
            return True
        path = Path(settings.THREADLINE_DATA) / "chores.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("wb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def give_up(self) -> None:
        """Let another process have it."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._session is not None and self._session is connection.connection:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_NUMBER])
        self._session = None
