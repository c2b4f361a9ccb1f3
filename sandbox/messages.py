"""Message records: how they are stored, read and shown by the API."""

from dataclasses import dataclass, fields
from typing import Any

from . import clock
from .errors import meaning
from .store import Row, Store

FINAL = frozenset({"delivered", "undelivered", "failed", "read", "canceled", "received"})
UNASSIGNED = frozenset({"accepted", "scheduled"})


@dataclass
class Draft:
    """A message about to be stored; prices in micro-dollars, times in seconds since the epoch."""

    sid: str
    account_sid: str
    direction: str
    sender: str | None
    recipient: str
    body: str
    status: str
    segments: int
    created: float
    updated: float
    media: int = 0
    price: int | None = None
    error_code: int | None = None
    service_sid: str | None = None
    callback: str | None = None
    sent: float | None = None
    life: str = ""
    verdict: int | None = None
    next_at: float | None = None
    hidden: int = 0

    def values(self) -> tuple[Any, ...]:
        """The columns in the order of INSERT."""
        return tuple(getattr(self, column) for column in COLUMNS)


COLUMNS = tuple(column.name for column in fields(Draft))
INSERT = f"INSERT INTO messages ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"


def storable(words: str) -> str:
    """The words with lone surrogates, which JSON can smuggle in, replaced: no phone can send them."""
    return words.encode("utf-8", "replace").decode()


def insert(store: Store, draft: Draft) -> None:
    """Store one message."""
    store.write(INSERT, draft.values())


def find(store: Store, account_sid: str, sid: str) -> Row | None:
    """A message of an account that is neither deleted nor the network's own, or None."""
    return store.row(
        "SELECT * FROM messages WHERE sid = ? AND account_sid = ? AND deleted = 0 AND hidden = 0", (sid, account_sid)
    )


def shown(store: Store, account_sid: str, sid: str) -> dict[str, Any] | None:
    """The message as the API shows it, or None."""
    row = find(store, account_sid, sid)
    return None if row is None else resource(dict(row))


def is_final(row: Row) -> bool:
    """Whether nothing more will happen to the status of a message."""
    return row["status"] in FINAL or (row["status"] == "sent" and row["life"] in ("", "rated"))


def resource(row: dict[str, Any]) -> dict[str, Any]:
    """A message row as the API shows it: numbers as strings, RFC 2822 dates, negative price."""
    path = f"/2010-04-01/Accounts/{row['account_sid']}/Messages/{row['sid']}"
    unassigned = row["service_sid"] and row["status"] in UNASSIGNED
    return {
        "account_sid": row["account_sid"],
        "api_version": "2010-04-01",
        "body": row["body"],
        "date_created": clock.rfc2822(row["created"]),
        "date_sent": clock.rfc2822(row["sent"]),
        "date_updated": clock.rfc2822(row["updated"]),
        "direction": row["direction"],
        "error_code": row["error_code"],
        "error_message": meaning(row["error_code"]),
        "from": None if unassigned else row["sender"],
        "messaging_service_sid": row["service_sid"],
        "num_media": str(row["media"]),
        "num_segments": "0" if unassigned else str(row["segments"]),
        "price": money(row["price"]),
        "price_unit": "USD",
        "sid": row["sid"],
        "status": row["status"],
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": row["recipient"],
        "uri": f"{path}.json",
    }


def money(micros: int | None) -> str | None:
    """A price as Twilio writes it: `-0.00830` for 8,300 micro-dollars, None while unknown."""
    return None if micros is None else f"-{micros / 1_000_000:.5f}"


def price(direction: str, segments: int, media: int) -> int:
    """What a text costs in micro-dollars, by the list prices."""
    if media:
        return 16_500 if direction == "inbound" else 22_000
    return 8_300 * segments
