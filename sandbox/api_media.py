"""Media of a message: list, fetch, content, delete; and the host that hands out the files."""

from aiohttp import web

from . import clock, media, messages, paging
from .api import NETWORK, Call, answer
from .errors import TwilioError
from .form import Form
from .store import Row


async def listed(call: Call) -> web.Response:
    """GET Messages/{message}/Media.json, filtered by DateCreated."""
    _message(call)
    cursor = paging.read(call.query)
    rows = [row for row in media.of(call.network, call.sid("message")) if _dated(row, call.query)]
    page, more = paging.cut(rows, cursor, lambda row: str(row["sid"]))
    return answer(paging.envelope(call.path, call.query, cursor, "media_list", page, more, media.resource))


async def fetch(call: Call) -> web.Response:
    """GET Messages/{message}/Media/{sid}.json."""
    return answer(media.resource(_found(call)))


async def content(call: Call) -> web.Response:
    """GET Messages/{message}/Media/{sid}: a redirect to the file."""
    row = _found(call)
    place = call.network.base_url + media.cdn(row["account_sid"], row["sid"])
    return web.Response(status=307, headers={"Location": place})


async def delete(call: Call) -> web.Response:
    """DELETE Messages/{message}/Media/{sid}.json: 204."""
    row = _found(call)
    store = call.network.store
    store.write("DELETE FROM media WHERE sid = ?", (row["sid"],))
    store.write("UPDATE messages SET media = media - 1, updated = ? WHERE sid = ?", (clock.now(), row["message_sid"]))
    return web.Response(status=204)


async def file(request: web.Request) -> web.Response:
    """The file itself; whoever knows its sid may have it."""
    network = request.app[NETWORK]
    row = network.store.row(
        "SELECT * FROM media WHERE sid = ? AND account_sid = ?",
        (request.match_info["sid"], request.match_info["account"]),
    )
    if row is None:
        raise web.HTTPNotFound
    data, content_type = media.content(row)
    headers = {"Cache-Control": "max-age=31536000", "X-Content-Type-Options": "nosniff"}
    if not content_type.startswith(("image/", "audio/", "video/")) or content_type.startswith("image/svg"):
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=data, content_type=content_type, headers=headers)


def _message(call: Call) -> Row:
    row = messages.find(call.network.store, call.account.sid, call.sid("message"))
    if row is None:
        raise TwilioError(20404, call.path)
    return row


def _found(call: Call) -> Row:
    _message(call)
    row = call.network.store.row(
        "SELECT * FROM media WHERE sid = ? AND message_sid = ?", (call.sid(), call.sid("message"))
    )
    if row is None:
        raise TwilioError(20404, call.path)
    return row


def _dated(row: Row, query: Form) -> bool:
    for name, value in query.pairs:
        if not name.startswith("DateCreated") or not value:
            continue
        try:
            low = clock.parse(value)
        except ValueError:
            raise TwilioError(20001, f"{name}: {value} is not a date") from None
        high = low + (clock.DAY if clock.is_day(value) else 1.0)
        if (name != "DateCreated<" and row["created"] < low) or (name != "DateCreated>" and row["created"] >= high):
            return False
    return True
