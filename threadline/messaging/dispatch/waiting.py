"""Outbox entries that may leave now, with the texts they carry, in the order in which they should."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from threadline.lib import rows, sql


class Entry(NamedTuple):
    """An outbox entry with the text it carries."""

    id: int
    message_id: int
    workspace_id: int
    conversation_id: int
    connection_id: int
    address: str
    line: str
    source: str
    automatic: bool
    expires_at: datetime | None
    not_after: datetime | None
    number_id: int | None
    body: str
    media_urls: list[str]
    status: str
    conversation: str
    tries: int
    segments: int
    withdrawn: str
    priority: int
    paced: bool  # its run_after is a slot that pacing has given it
    per_second: float | None  # of its number; None: as fast as it goes


_SELECT = """
    SELECT entry.id, entry.message_id, entry.workspace_id, entry.conversation_id, entry.connection_id, entry.address,
      entry.line, entry.source, entry.automatic, entry.expires_at, entry.not_after,
      message.number_id, message.body, message.media_urls, message.status, conversation.public_id,
      entry.tries, message.segments, entry.withdrawn, entry.priority, entry.paced, number.per_second
    FROM (
      SELECT * FROM messaging_outboxentry AS waiting WHERE claimed_by = '' AND run_after <= %s {but}
      ORDER BY priority, run_after, id LIMIT %s {lock}
    ) AS entry
    JOIN messaging_message AS message ON message.id = entry.message_id
    JOIN messaging_conversation AS conversation ON conversation.id = entry.conversation_id
    LEFT JOIN numbers_number AS number ON number.id = message.number_id
    ORDER BY entry.priority, entry.run_after, entry.id
"""


def by_index() -> None:
    """For the rest of the transaction PostgreSQL is to use indexes only.

    These tables are full at one moment and empty at the next, so its statistics are always wrong, and a plan that reads
    and sorts the whole queue for the first hundred costs more the longer the queue is.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), "
                "set_config('enable_sort', 'off', true), set_config('jit', 'off', true)"
            )


def take(limit: int, busy: Collection[int], now: datetime) -> list[Entry]:
    """Up to `limit` entries, locked where the database locks rows; none of the connections in `busy`."""
    values: list[Any] = [rows.plain(now)]
    but = ""
    if busy:
        but = f"AND NOT ({sql.any_of('connection_id')})"
        values.append(sql.array(busy))
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""  # SQLite has one writer
    with connection.cursor() as cursor:
        cursor.execute(_SELECT.format(but=but, lock=lock), [*values, limit])
        return [_entry(row) for row in cursor.fetchall()]


def _entry(row: tuple[Any, ...]) -> Entry:
    """The row as the drivers give it: SQLite knows no time zones, and JSON comes as text."""
    automatic, expires_at, not_after, media_urls = row[8], row[9], row[10], row[13]
    listed = [] if media_urls == "[]" else json.loads(media_urls)
    times = (rows.moment_or_none(expires_at), rows.moment_or_none(not_after))
    return Entry._make((*row[:8], bool(automatic), *times, *row[11:13], listed, *row[14:]))
