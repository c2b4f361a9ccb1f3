"""What has gone to people and over lines before, as far as equal words and caps ask for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection

from threadline.lib import rows, sql
from threadline.messaging.terms import Cap, Terms

# A text that waits for its moment stands in the queue for that time, not for the one when it was asked for.
_WHEN = "COALESCE(message.sent_at, entry.run_after, message.created_at)"
_COUNTS = "message.direction = 'outbound' AND message.status NOT IN ('failed', 'canceled', 'undelivered', 'held')"
_WAITED_MOST = timedelta(days=31)  # between asking for a text and its leaving, as far as caps look back

_EARLIER = """
    SELECT conversation.address, conversation.last_inbound_at, message.body, message.created_at
    FROM messaging_conversation AS conversation
    LEFT JOIN messaging_message AS message ON message.conversation_id = conversation.id
      AND message.direction = 'outbound' AND message.created_at > %s
      AND message.status NOT IN ('failed', 'canceled', 'undelivered')
    WHERE conversation.workspace_id = %s AND conversation.channel = 'sms' AND {addresses}
    ORDER BY message.created_at
"""

_AUTOMATIC = f"""
    SELECT conversation.address, {_WHEN}
    FROM messaging_conversation AS conversation
    JOIN messaging_message AS message ON message.conversation_id = conversation.id
    LEFT JOIN messaging_outboxentry AS entry ON entry.message_id = message.id
    WHERE conversation.workspace_id = %s AND conversation.channel = 'sms' AND {{addresses}}
      AND message.created_at > %s AND message.source NOT IN ('member', 'history') AND {_COUNTS}
"""

_OVER_LINES = f"""
    SELECT used.number_id, {_WHEN}
    FROM messaging_conversationnumber AS used
    JOIN messaging_message AS message ON message.conversation_id = used.conversation_id
      AND message.number_id = used.number_id
    LEFT JOIN messaging_outboxentry AS entry ON entry.message_id = message.id
    WHERE {{lines}} AND used.last_activity_at > %s AND message.created_at > %s AND {_COUNTS}
"""


@dataclass(slots=True)
class Earlier:
    """When each of these words last went to each person, (address, body) → time; and when people last wrote."""

    texts: dict[tuple[str, str], datetime] = field(default_factory=dict)
    wrote: dict[str, datetime] = field(default_factory=dict)


def earlier(workspace_id: int, addresses: Collection[str], since: datetime) -> Earlier:
    """What passed with these people: texts `since` then, and the last of theirs whenever it was. One query."""
    found = Earlier()
    with connection.cursor() as cursor:  # on the way of every text: the ORM takes longer than the database
        statement = _EARLIER.format(addresses=sql.any_of("conversation.address"))
        cursor.execute(statement, [rows.plain(since), workspace_id, sql.array(addresses)])
        for address, wrote, body, at in cursor.fetchall():
            if wrote is not None:
                found.wrote[address] = rows.moment(wrote)
            if at is not None:
                found.texts[address, body] = rows.moment(at)
    return found


def automatic(workspace_id: int, addresses: Collection[str], cap: Cap, now: datetime) -> dict[str, list[datetime]]:
    """When automatic texts went or will go to each of these people, oldest first, as far as the cap asks."""
    found: dict[str, list[datetime]] = {}
    with connection.cursor() as cursor:
        since = rows.plain(now - cap.period - _WAITED_MOST)
        statement = _AUTOMATIC.format(addresses=sql.any_of("conversation.address"))
        cursor.execute(statement, [workspace_id, sql.array(addresses), since])
        for address, at in cursor.fetchall():
            found.setdefault(address, []).append(_moment(at))
    return {address: sorted(times) for address, times in found.items()}


def days(line_terms: Mapping[int, Terms], now: datetime) -> dict[int, dict[date, int]]:
    """How many texts went or will go over each of these lines on each day, from today on."""
    counts: dict[int, dict[date, int]] = {line_id: {} for line_id in line_terms}
    if not counts:
        return counts
    today = {line_id: one.day_of(now) for line_id, one in line_terms.items()}
    since = rows.plain(now - timedelta(days=3))  # what was put off yesterday, or the day before, may go today
    with connection.cursor() as cursor:
        statement = _OVER_LINES.format(lines=sql.any_of("used.number_id"))
        cursor.execute(statement, [sql.array(line_terms), since, since])
        for line_id, at in cursor.fetchall():
            day = line_terms[line_id].day_of(_moment(at))
            if day >= today[line_id]:
                counts[line_id][day] = counts[line_id].get(day, 0) + 1
    return counts


def _moment(value: datetime | str) -> datetime:
    """SQLite does not know that what COALESCE gives is a time."""
    return rows.moment(datetime.fromisoformat(value) if isinstance(value, str) else value)
