"""An import belongs to one process at a time, as long as it lives: it keeps the table open and knows its numbers."""

import fcntl
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

_LOCK = 0x696D70 << 40  # "imp"; the import's id is added


class Claim:
    """On PostgreSQL the lock of one import, on this thread's connection; on SQLite, of all imports of this machine."""

    def __init__(self, import_id: int) -> None:
        self._number = _LOCK + import_id
        self._file: IO[bytes] | None = None

    def taken(self) -> bool:
        """Take it, if nobody has it."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [self._number])
                return bool(cursor.fetchone()[0])
        file = (Path(settings.THREADLINE_DATA) / "imports.lock").open("wb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def drop(self) -> None:
        """Let others have it."""
        if self._file is not None:
            self._file.close()
        elif connection.vendor == "postgresql" and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [self._number])
