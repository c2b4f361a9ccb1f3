"""The fake phones: which exist, and what has arrived on each."""

from typing import TYPE_CHECKING, Any

from . import clock, media

if TYPE_CHECKING:
    from .network import Network

TOUCH = (
    "INSERT INTO handsets (phone, last_at, preview) VALUES (?, ?, ?)"
    " ON CONFLICT (phone) DO UPDATE SET last_at = excluded.last_at, preview = excluded.preview"
)
VISIBLE = "(direction = 'inbound' OR status IN ('delivered', 'read') OR (status = 'sent' AND life IN ('', 'rated')))"


def touch(network: "Network", rows: list[dict[str, Any]], moment: float) -> None:
    """Note that these texts have arrived on phones of people."""
    owned = network.numbers.by_phone
    arrived = [row for row in rows if row["recipient"] not in owned]
    if arrived:
        network.store.write_many(TOUCH, [(row["recipient"], moment, row["body"][:80]) for row in arrived])
        for phone in {row["recipient"] for row in arrived}:
            network.hub.hint(phone)


def note(network: "Network", phone: str, body: str, moment: float) -> None:
    """Note that a person has texted."""
    if phone not in network.numbers.by_phone:
        network.store.write(TOUCH, (phone, moment, body[:80]))


def listed(network: "Network", limit: int = 200) -> list[dict[str, Any]]:
    """The phones, latest first: phone, name, last_at (ISO or None), preview."""
    rows = network.store.rows("SELECT * FROM handsets ORDER BY last_at DESC, rowid LIMIT ?", (limit,))
    return [
        {
            "phone": row["phone"],
            "name": row["name"],
            "last_at": clock.iso(row["last_at"]) if row["last_at"] else None,
            "preview": row["preview"],
        }
        for row in rows
    ]


def texts(network: "Network", phone: str, limit: int = 200) -> list[dict[str, Any]]:
    """What a phone shows, oldest first: its own texts and those that arrived, the network's answers included."""
    rows = network.store.rows(
        f"SELECT * FROM (SELECT * FROM messages WHERE recipient = ? AND {VISIBLE}"
        "  ORDER BY created DESC, id DESC LIMIT ?)"
        " UNION SELECT * FROM (SELECT * FROM messages WHERE sender = ? AND direction = 'inbound'"
        "  ORDER BY created DESC, id DESC LIMIT ?) ORDER BY created DESC, id DESC LIMIT ?",
        (phone, limit, phone, limit, limit),
    )
    return [shown(network, dict(row)) for row in reversed(rows)]


def shown(network: "Network", row: dict[str, Any]) -> dict[str, Any]:
    """A text as a phone shows it."""
    return {
        "sid": row["sid"],
        "from": row["sender"],
        "to": row["recipient"],
        "body": row["body"],
        "direction": row["direction"],
        "status": row["status"],
        "date": clock.iso(row["created"]),
        "media": media.links(network, row["sid"]) if row["media"] else [],
    }


def name(network: "Network", phone: str, words: str) -> None:
    """Name a phone, or put a new one on the table."""
    network.store.write(
        "INSERT INTO handsets (phone, name) VALUES (?, ?) ON CONFLICT (phone) DO UPDATE SET name = excluded.name",
        (phone, words),
    )
    network.hub.hint(phone)
