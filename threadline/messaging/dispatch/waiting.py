"""Outbox entries that may leave now, with the texts they carry, in the order in which they should."""

import json
from collections.abc import Collection
from datetime import UTC, datetime
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
    number_id: int | None
    body: str
    media_urls: list[str]
    status: str
    conversation: str
    tries: int
    segments: int


_SELECT = """
    SELECT entry.id, entry.message_id, entry.workspace_id, entry.conversation_id, entry.connection_id, entry.address,
      entry.line, entry.source, entry.automatic, entry.expires_at, message.number_id, message.body, message.media_urls,
      message.status, conversation.public_id, entry.tries, message.segments
    FROM messaging_outboxentry AS entry
    JOIN messaging_message AS message ON message.id = entry.message_id
    JOIN messaging_conversation AS conversation ON conversation.id = entry.conversation_id
    WHERE entry.claimed_by = '' AND entry.run_after <= %s {but}
    ORDER BY entry.priority, entry.run_after, entry.id LIMIT %s {lock}
"""


def take(limit: int, busy: Collection[int], now: datetime) -> list[Entry]:
    """Up to `limit` entries, locked where the database locks rows; none of the connections in `busy`."""
    values: list[Any] = [rows.plain(now)]
    but = ""
    if busy:
        but = f"AND NOT ({sql.any_of('entry.connection_id')})"
        values.append(sql.array(busy))
    lock = "FOR UPDATE OF entry SKIP LOCKED" if connection.vendor == "postgresql" else ""  # SQLite has one writer
    with connection.cursor() as cursor:
        cursor.execute(_SELECT.format(but=but, lock=lock), [*values, limit])
        return [_entry(row) for row in cursor.fetchall()]


def _entry(row: tuple[Any, ...]) -> Entry:
    """The row as the drivers give it: SQLite knows no time zones, and JSON comes as text."""
    automatic, expires_at, media_urls = row[8], row[9], row[12]
    if expires_at is not None and expires_at.tzinfo is None:
        expires_at = expires_at.replace(tzinfo=UTC)
    listed = [] if media_urls == "[]" else json.loads(media_urls)
    return Entry._make((*row[:8], bool(automatic), expires_at, *row[10:12], listed, *row[13:]))
