"""Conversations are found or made, and kept true to their messages, in sets."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from threadline.lib import ids, rows, sql


@dataclass(slots=True)
class Activity:
    """What a batch did to one conversation; merged, so that a conversation is written once per batch."""

    at: datetime
    message_id: int
    direction: str
    status: str
    preview: str
    number_id: int | None
    unread: int = 0
    inbound_at: datetime | None = None
    outbound_at: datetime | None = None


def ensure(
    workspace_id: int, addresses: Iterable[str], now: datetime, channel: str = "sms"
) -> dict[str, tuple[int, str]]:
    """Find or make the conversation of every address; {address: (id, public id)}."""
    wanted = set(addresses)
    found = _find(workspace_id, wanted, channel)
    if missing := sorted(wanted - found.keys()):
        contacts = _contacts(workspace_id, missing)
        new = []
        for address in missing:
            digits = "".join(filter(str.isdecimal, address))
            new.append(
                (ids.new("conv"), workspace_id, channel, address, digits, digits[::-1], contacts.get(address), now)
                + (now, "", "", "", 0)
            )
        columns = ["public_id", "workspace_id", "channel", "address", "digits", "digits_reversed", "contact_id"]
        columns += ["created_at", "last_activity_at", "last_direction", "last_status", "preview", "unread"]
        # Another process may be making the same one: the unique key decides, and both read it afterwards.
        rows.insert("messaging_conversation", columns, new, "ON CONFLICT DO NOTHING")
        found |= _find(workspace_id, set(missing), channel)
    return found


def _find(workspace_id: int, addresses: set[str], channel: str) -> dict[str, tuple[int, str]]:
    with connection.cursor() as cursor:  # on the way of every text: the ORM takes longer than the database
        cursor.execute(
            "SELECT address, id, public_id FROM messaging_conversation "
            f"WHERE workspace_id = %s AND channel = %s AND {sql.any_of('address')}",
            [workspace_id, channel, sql.array(addresses)],
        )
        return {address: (pk, public_id) for address, pk, public_id in cursor.fetchall()}


def _contacts(workspace_id: int, addresses: Collection[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT phone, id FROM contacts_contact WHERE workspace_id = %s AND {sql.any_of('phone')} "
            "AND deleted_at IS NULL "
            "UNION ALL SELECT alias.phone, contact.id FROM contacts_alias AS alias "
            "JOIN contacts_contact AS contact ON contact.id = alias.contact_id AND contact.deleted_at IS NULL "
            f"WHERE alias.workspace_id = %s AND {sql.any_of('alias.phone')}",
            [workspace_id, sql.array(addresses)] * 2,
        )
        return dict(cursor.fetchall())


def merge(activities: Mapping[int, Activity], conversation_id: int, new: Activity) -> Activity:
    """`new` joined with what the batch has already done to the conversation; the later message gives the preview."""
    old = activities.get(conversation_id)
    if old is None:
        return new
    last = new if new.at >= old.at else old
    last.unread = old.unread + new.unread
    last.inbound_at = max(filter(None, (old.inbound_at, new.inbound_at)), default=None)
    last.outbound_at = max(filter(None, (old.outbound_at, new.outbound_at)), default=None)
    return last


_DONE = {"id": "bigint", "at": "timestamptz", "message": "bigint", "way": "text", "state": "text", "words": "text"}
_DONE |= {"number": "bigint", "more": "integer", "came": "timestamptz", "went": "timestamptz"}
_IF_NEWER = "{0} = CASE WHEN last_message_id IS NULL OR last_activity_at <= given.at THEN {1} ELSE {0} END"
_LATER_OF = "{0} = CASE WHEN {0} IS NULL OR {0} < given.{1} THEN COALESCE(given.{1}, {0}) ELSE {0} END"
_TOUCH = ", ".join(
    [
        _IF_NEWER.format("last_message_id", "given.message"),
        _IF_NEWER.format("last_direction", "given.way"),
        _IF_NEWER.format("last_status", "given.state"),
        _IF_NEWER.format("preview", "given.words"),
        _IF_NEWER.format("last_number_id", "COALESCE(given.number, last_number_id)"),
        _IF_NEWER.format("last_activity_at", "given.at"),
        "unread = unread + given.more",
        "closed_at = CASE WHEN given.more > 0 THEN NULL ELSE closed_at END",
        _LATER_OF.format("last_inbound_at", "came"),
        _LATER_OF.format("last_outbound_at", "went"),
    ]
)


def touch(activities: Mapping[int, Activity], locked: bool = False) -> None:
    """Write what a batch did: newest message, unread count, last times. An older message only adds to the counts."""
    if len(activities) > 1 and not locked:
        lock(activities)
    rows.update_by("messaging_conversation", _TOUCH, _DONE, [_row(pk, one) for pk, one in activities.items()])


def lock(conversation_ids: Collection[int]) -> None:
    """In the order of the ids, so that no two batches wait for each other; one statement for all may take any order."""
    if connection.vendor == "postgresql" and conversation_ids:
        with connection.cursor() as cursor:
            which = f"SELECT 1 FROM messaging_conversation WHERE {sql.any_of('id')} ORDER BY id FOR NO KEY UPDATE"
            cursor.execute(which, [sql.array(conversation_ids)])


def _row(pk: int, done: Activity) -> tuple[object, ...]:
    newest = (done.at, done.message_id, done.direction, done.status, done.preview, done.number_id)
    return (pk, *newest, done.unread, done.inbound_at, done.outbound_at)


def touch_lines(lines: Mapping[tuple[int, int], tuple[datetime, int]]) -> None:
    """Keep the row per (conversation, number): {(conversation id, number id): (last activity, unread to add)}."""
    rows.insert(
        "messaging_conversationnumber",
        ["conversation_id", "number_id", "last_activity_at", "unread"],
        [
            (conversation_id, number_id, at, unread)
            for (conversation_id, number_id), (at, unread) in sorted(lines.items())
        ],
        """
        ON CONFLICT (conversation_id, number_id) DO UPDATE SET
          unread = messaging_conversationnumber.unread + excluded.unread,
          last_activity_at = CASE WHEN messaging_conversationnumber.last_activity_at < excluded.last_activity_at
                                  THEN excluded.last_activity_at
                                  ELSE messaging_conversationnumber.last_activity_at END
        """,
    )


def preview_of(body: str, num_media: int) -> str:
    """One line for the list."""
    line = " ".join(body.split())[:160]
    return line or ("📎" * min(num_media, 3))
