"""Takes a valid text into the network: the record, its planned life, its media."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import clock, fetching, lifecycle, media, messages, segments, sids

if TYPE_CHECKING:
    from .network import Network


@dataclass(frozen=True)
class Text:
    """What somebody wants sent; `send_at` in seconds since the epoch makes it scheduled."""

    account_sid: str
    sender: str
    recipient: str
    body: str
    callback: str | None = None
    service_sid: str | None = None
    send_at: float | None = None


def draft(network: "Network", text: Text, items: list[media.Item], direction: str = "outbound-api") -> messages.Draft:
    """The record of a text, its fate already decided, not stored yet."""
    moment = clock.now()
    scheduled, by_service = text.send_at is not None, text.service_sid is not None
    life, verdict = lifecycle.plan(network.faults, text.recipient, text.sender, by_service)
    pause = lifecycle.pause(life, network.speed)
    return messages.Draft(
        sid=sids.new("MM" if items else "SM"),
        account_sid=text.account_sid,
        direction=direction,
        sender=text.sender,
        recipient=text.recipient,
        body=text.body,
        status="scheduled" if scheduled else "accepted" if by_service else "queued",
        segments=1 if items else segments.count(text.body),
        media=len(items),
        service_sid=text.service_sid,
        callback=text.callback,
        created=moment,
        updated=moment,
        life=life,
        verdict=verdict,
        next_at=text.send_at if text.send_at is not None else moment + pause,
    )


def submit(network: "Network", text: Text, items: list[media.Item], direction: str = "outbound-api") -> messages.Draft:
    """Store a text and let it go its way."""
    record = draft(network, text, items, direction)
    waits = text.send_at is None and any(fetching.is_local(item.url) for item in items)
    if waits:
        record.next_at = None
    messages.insert(network.store, record)
    media.attach(network, record.account_sid, record.sid, items, record.created)
    if waits:
        fetching.begin(network, record.sid)
    network.carrier.wake()
    return record
