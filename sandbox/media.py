"""Pictures and files of a message: stored here, shown by the API, fetched by MediaUrl."""

import base64
import binascii
import mimetypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import clock, picture, sids
from .store import Row

if TYPE_CHECKING:
    from .network import Network

CDN = "/~media.twiliocdn.com"


@dataclass(frozen=True)
class Item:
    """A file about to be attached; without data it is a drawn placeholder."""

    content_type: str
    data: bytes | None = None
    url: str = ""


@dataclass(frozen=True)
class Stored:
    """An attached file: its sid, type, and API path without `.json`."""

    sid: str
    content_type: str
    path: str


def guess(url: str) -> str:
    """The content type that a URL's ending suggests; a picture when it suggests none."""
    return mimetypes.guess_type(urlsplit(url).path)[0] or "image/png"


def read(entry: Any) -> Item:
    """A file as JSON gives it: a URL, {"content_type", "data" (base64)}, or {"content_type"}. Raises ValueError."""
    if isinstance(entry, str):
        return Item(guess(entry), url=entry)
    if not isinstance(entry, dict):
        raise ValueError("media: a URL, or an object with content_type and data")
    data = None
    if entry.get("data"):
        try:
            data = base64.b64decode(entry["data"], validate=True)
        except (binascii.Error, TypeError):
            raise ValueError("media: data must be base64") from None
    return Item(str(entry.get("content_type", "image/png")), data, str(entry.get("url", "")))


def attach(network: "Network", account_sid: str, message_sid: str, items: list[Item], moment: float) -> list[Stored]:
    """Store the files of a message, in order."""
    stored, rows = [], []
    for position, item in enumerate(items):
        sid = sids.new("ME")
        path = f"/2010-04-01/Accounts/{account_sid}/Messages/{message_sid}/Media/{sid}"
        stored.append(Stored(sid, item.content_type, path))
        rows.append((sid, account_sid, message_sid, position, item.content_type, item.data, item.url, moment))
    if rows:
        network.store.write_many("INSERT INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return stored


def of(network: "Network", message_sid: str) -> list[Row]:
    """The media rows of a message, in order."""
    return network.store.rows("SELECT * FROM media WHERE message_sid = ? ORDER BY position", (message_sid,))


def copies(network: "Network", message_sid: str) -> list[Item]:
    """The files of a message, ready to be attached to another."""
    return [Item(row["content_type"], row["data"], row["url"]) for row in of(network, message_sid)]


def links(network: "Network", message_sid: str) -> list[dict[str, str]]:
    """The files as a phone shows them: sid, content_type, and a path that needs no password."""
    return [
        {"sid": row["sid"], "content_type": row["content_type"], "url": cdn(row["account_sid"], row["sid"])}
        for row in of(network, message_sid)
    ]


def cdn(account_sid: str, sid: str) -> str:
    """Where the file itself lies; its sid is the secret, as on the real network."""
    return f"{CDN}/{account_sid}/{sid}"


def content(row: Row) -> tuple[bytes, str]:
    """The bytes and the type of a file; a placeholder picture where no bytes are known."""
    if row["data"] is not None:
        return row["data"], row["content_type"]
    return picture.draw(row["sid"]), "image/png"


def resource(row: Row) -> dict[str, Any]:
    """The file as the API shows it."""
    path = f"/2010-04-01/Accounts/{row['account_sid']}/Messages/{row['message_sid']}/Media/{row['sid']}"
    return {
        "account_sid": row["account_sid"],
        "content_type": row["content_type"],
        "date_created": clock.rfc2822(row["created"]),
        "date_updated": clock.rfc2822(row["created"]),
        "parent_sid": row["message_sid"],
        "sid": row["sid"],
        "uri": f"{path}.json",
    }
