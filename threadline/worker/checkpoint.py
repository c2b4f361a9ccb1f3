"""SQLite's write-ahead log goes back into the database by hand, from one process, away from every writer (T9)."""

import time

from django.db import connection

from threadline.lib.sqlite import raw

TRUNCATE_EVERY = 60.0  # seconds

_truncated = 0.0


def run() -> None:
    """Move the log into the file; now and then shrink it to nothing. Does nothing on PostgreSQL."""
    global _truncated
    if connection.vendor != "sqlite":
        return
    truncate = time.monotonic() - _truncated > TRUNCATE_EVERY
    if raw.checkpoint(connection.settings_dict["NAME"], truncate=truncate).complete and truncate:
        _truncated = time.monotonic()
