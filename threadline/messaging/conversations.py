"""Conversations are found or made, and kept true to their messages, in sets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from threadline.contacts.models import Contact
from threadline.lib import ids, rows
from threadline.messaging.models import Conversation


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
        contacts = dict(Contact.objects.filter(workspace_id=workspace_id, phone__in=missing).values_list("phone", "id"))
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
    matching = Conversation.objects.filter(workspace_id=workspace_id, channel=channel, address__in=addresses)
    return {address: (pk, public_id) for address, pk, public_id in matching.values_list("address", "id", "public_id")}


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


_IF_NEWER = "CASE WHEN last_message_id IS NULL OR last_activity_at <= %s THEN {1} ELSE {0} END"
_LATER_OF = "CASE WHEN {0} IS NULL OR {0} < %s THEN COALESCE(%s, {0}) ELSE {0} END"


def touch(activities: Mapping[int, Activity]) -> None:
    """Write what a batch did: newest message, unread count, last times. An older message only adds to the counts."""
    rows.each(
        f"""
        UPDATE messaging_conversation SET
          last_message_id = {_IF_NEWER.format("last_message_id", "%s")},
          last_direction = {_IF_NEWER.format("last_direction", "%s")},
          last_status = {_IF_NEWER.format("last_status", "%s")},
          preview = {_IF_NEWER.format("preview", "%s")},
          last_number_id = {_IF_NEWER.format("last_number_id", "COALESCE(%s, last_number_id)")},
          last_activity_at = {_IF_NEWER.format("last_activity_at", "%s")},
          unread = unread + %s,
          closed_at = CASE WHEN %s > 0 THEN NULL ELSE closed_at END,
          last_inbound_at = {_LATER_OF.format("last_inbound_at")},
          last_outbound_at = {_LATER_OF.format("last_outbound_at")}
        WHERE id = %s
        """,
        (_touch_values(pk, done) for pk, done in sorted(activities.items())),
    )


def _touch_values(pk: int, done: Activity) -> Sequence[object]:
    at = done.at
    newest = (at, done.message_id, at, done.direction, at, done.status, at, done.preview, at, done.number_id, at, at)
    return (
        *newest,
        done.unread,
        done.unread,
        done.inbound_at or at,
        done.inbound_at,
        done.outbound_at or at,
        done.outbound_at,
        pk,
    )


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
