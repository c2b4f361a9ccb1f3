"""Past texts put in at once, for demonstrations and tests: no webhooks, no timers."""

from typing import TYPE_CHECKING, Any

from . import clock, media, messages, phones, segments, sids

if TYPE_CHECKING:
    from .network import Network

DIRECTIONS = frozenset({"inbound", "outbound-api", "outbound-reply", "outbound-call"})
NAME = "INSERT INTO handsets (phone, last_at, preview) VALUES (?, ?, ?) ON CONFLICT (phone) DO UPDATE SET"
TOUCH = f"{NAME} last_at = excluded.last_at, preview = excluded.preview WHERE excluded.last_at >= last_at"


def insert(network: "Network", entries: list[dict[str, Any]]) -> list[str]:
    """Store texts {from, to, body, direction?, date?, status?, error_code?, media?}; returns their sids in order.

    Raises ValueError when neither end is a number of an account, KeyError when `from` or `to` is missing.
    """
    drafts = [(_draft(network, entry), entry.get("media") or []) for entry in entries]
    network.store.write_many(messages.INSERT, [draft.values() for draft, _ in drafts])
    owned, touched = network.numbers.by_phone, []
    for draft, files in drafts:
        items = [media.read(entry) for entry in files]
        media.attach(network, draft.account_sid, draft.sid, items, draft.created)
        person = draft.sender if draft.direction == "inbound" else draft.recipient
        if person and person not in owned:
            touched.append((person, draft.created, draft.body[:80]))
    network.store.write_many(TOUCH, touched)
    network.hub.hint("")
    return [draft.sid for draft, _ in drafts]


def _draft(network: "Network", entry: dict[str, Any]) -> messages.Draft:
    sender, to, body = str(entry["from"]), str(entry["to"]), messages.storable(str(entry.get("body", "")))
    sender, to = phones.normal(sender) or sender, phones.normal(to) or to
    owned = network.numbers.by_phone
    direction = entry.get("direction") or ("outbound-api" if sender in owned else "inbound")
    direction = "outbound-api" if direction == "outbound" else direction
    if direction not in DIRECTIONS:
        raise ValueError(f"direction {direction!r} is not known")
    number = owned.get(to if direction == "inbound" else sender)
    if number is None:
        raise ValueError(f"no account owns {to if direction == 'inbound' else sender}")
    date = entry.get("date")
    moment = clock.now() if date is None else float(date) if isinstance(date, int | float) else clock.parse(date)
    status = entry.get("status") or ("received" if direction == "inbound" else "delivered")
    count = len(entry.get("media") or [])
    parts = 1 if count else segments.count(body)
    free = status in ("failed", "canceled")
    return messages.Draft(
        sid=entry.get("sid") or sids.new("MM" if count else "SM"),
        account_sid=number.account_sid,
        direction=direction,
        sender=sender,
        recipient=to,
        body=body,
        status=status,
        segments=parts,
        media=count,
        price=None if free else messages.price(direction, parts, count),
        error_code=entry.get("error_code"),
        service_sid=number.service_sid,
        created=moment,
        updated=moment,
        sent=moment,
    )
