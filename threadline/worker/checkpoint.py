"""SQLite's write-ahead log is moved into the database here and nowhere else (T9)."""

import logging
from pathlib import Path

from django.db import connection

from threadline.lib.sqlite import raw

logger = logging.getLogger(__name__)

TRUNCATE_ABOVE = 64 * 1024 * 1024  # bytes: a log that a burst has blown up gives its room back
_last_change = {"at": 0}


def run() -> bool:
    """Checkpoint if anything was written since the last time; False when there was nothing to do (or no SQLite)."""
    if connection.vendor != "sqlite":
        return False
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    try:
        now = log.stat()
    except FileNotFoundError:
        return False
    if now.st_mtime_ns == _last_change["at"] or now.st_size == 0:
        return False
    done = raw.checkpoint(connection.settings_dict["NAME"], truncate=now.st_size > TRUNCATE_ABOVE, patience=0.05)
    if done.complete:
        _last_change["at"] = now.st_mtime_ns  # not a later one: whatever came meanwhile is for the next time
    return True
