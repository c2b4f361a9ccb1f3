"""The control API's own questions and switches: account, speed, faults, records of what went through."""

import json
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from . import clock
from .api import NETWORK, answer
from .network import Network
from .store import Row


async def body(request: web.Request) -> dict[str, Any]:
    """The JSON object of a request, `{}` when it has no body. Raises 400 with a sentence."""
    raw = await request.read()
    try:
        document = json.loads(raw or b"{}")
    except ValueError as error:
        raise refuse(f"The body is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise refuse("The body must be a JSON object")
    return document


def refuse(words: str, status: int = 400) -> web.HTTPException:
    """A JSON error of the control API: `{"error": words}`."""
    kind = web.HTTPNotFound if status == 404 else web.HTTPBadRequest
    return kind(text=json.dumps({"error": words}), content_type="application/json")


async def account(request: web.Request) -> web.Response:
    """GET /control/account: credentials and numbers of the first account."""
    network = request.app[NETWORK]
    main = network.main
    test = next((other for other in network.accounts.by_sid.values() if other.type == "Test"), None)
    return answer(
        {
            "account_sid": main.sid,
            "auth_token": main.auth_token,
            "friendly_name": main.friendly_name,
            "type": main.type,
            "numbers": [number.phone for number in network.numbers.of(main.sid)],
            "test_account_sid": test.sid if test else None,
            "test_auth_token": test.auth_token if test else None,
        }
    )


async def health(request: web.Request) -> web.Response:
    """GET /control/health: alive, and how much is still under way."""
    store = request.app[NETWORK].store
    moving = store.row("SELECT count(*) AS n FROM messages WHERE next_at IS NOT NULL AND life != 'rated'")
    queued = store.row("SELECT count(*) AS n FROM deliveries")
    meant = store.row("SELECT count(*) AS n FROM intended")
    under_way = {"moving": _count(moving) + _count(meant), "undelivered_webhooks": _count(queued)}
    return answer({"status": "ok", **under_way})


async def read_speed(request: web.Request) -> web.Response:
    """GET /control/speed."""
    return answer({"mode": request.app[NETWORK].speed})


async def set_speed(request: web.Request) -> web.Response:
    """PUT /control/speed {"mode": "real" | "fast"}."""
    network, wanted = request.app[NETWORK], await body(request)
    try:
        network.set_speed(str(wanted.get("mode")))
    except ValueError as error:
        raise refuse(str(error)) from None
    network.hub.hint("")
    return answer({"mode": network.speed})


async def read_faults(request: web.Request) -> web.Response:
    """GET /control/faults: the rules in force with their hits."""
    return answer(request.app[NETWORK].faults.document())


async def set_faults(request: web.Request) -> web.Response:
    """PUT /control/faults: replaces all rules."""
    network, document = request.app[NETWORK], await body(request)
    try:
        network.faults.replace(document)
    except (ValueError, TypeError) as error:
        raise refuse(str(error)) from None
    network.hub.hint("")
    return answer(network.faults.document())


async def requests(request: web.Request) -> web.Response:
    """GET /control/requests?limit=: the last API requests, oldest first."""
    return answer({"requests": request.app[NETWORK].recorder.newest(_limit(request, 2000))})


async def webhooks(request: web.Request) -> web.Response:
    """GET /control/webhooks?limit=: the last webhooks made, with what came of each."""
    return answer({"webhooks": request.app[NETWORK].pump.newest(_limit(request, 500))})


async def accepted(request: web.Request) -> web.StreamResponse:
    """GET /control/accepted?after=: every outbound text ever accepted, deleted ones included, oldest first."""
    network, after = request.app[NETWORK], request.query.get("after", "0")
    if not after.isdecimal():
        raise refuse("after: the id of an accepted text")
    stream = web.StreamResponse(headers={"Content-Type": "application/json"})
    await stream.prepare(request)
    start = b'{"accepted": ['
    for chunk in _accepted(network, int(after)):
        await stream.write(start + chunk)
        start = b","
    await stream.write((start if start != b"," else b"") + b"]}")
    return stream


def _accepted(network: Network, after: int) -> Iterator[bytes]:
    while True:
        rows = network.store.rows(
            "SELECT id, sid, account_sid, sender, recipient, body, status, error_code, created FROM messages"
            " WHERE id > ? AND direction = 'outbound-api' ORDER BY id LIMIT 1000",
            (after,),
        )
        if not rows:
            return
        after = rows[-1]["id"]
        yield b",".join(json.dumps(_taken(row)).encode() for row in rows)


def _taken(row: Row) -> dict[str, Any]:
    kept = {name: row[name] for name in ("id", "sid", "account_sid", "body", "status", "error_code")}
    when = {"date": clock.iso(row["created"]), "created": row["created"]}
    return kept | {"from": row["sender"], "to": row["recipient"], **when}


def _limit(request: web.Request, most: int) -> int:
    text = request.query.get("limit", "")
    return min(int(text), most) if text.isdecimal() and int(text) else most


def _count(row: Row | None) -> int:
    return int(row["n"]) if row is not None else 0
