"""Control of the fake phones: text from them, read them, name them; bring in past texts."""

import asyncio
from typing import Any

from aiohttp import web

from . import handsets, history, inbound, media, messages, phones
from .api import NETWORK, answer
from .control import body, refuse


async def listed(request: web.Request) -> web.Response:
    """GET /control/handsets: phones, latest first."""
    return answer({"handsets": handsets.listed(request.app[NETWORK])})


async def put(request: web.Request) -> web.Response:
    """PUT /control/handsets/{phone} {"name"}: name a phone or put a new one on the table."""
    network, wanted = request.app[NETWORK], await body(request)
    phone = address(request)
    handsets.name(network, phone, str(wanted.get("name", ""))[:60])
    return answer({"phone": phone, "name": str(wanted.get("name", ""))[:60]})


async def texts(request: web.Request) -> web.Response:
    """GET /control/handsets/{phone}/texts: what the phone shows, oldest first."""
    phone = address(request)
    return answer({"phone": phone, "texts": handsets.texts(request.app[NETWORK], phone)})


async def send(request: web.Request) -> web.Response:
    """POST /control/handsets/{phone}/texts {"to", "body", "media"}: a person texts a number; 201 with the message."""
    network, wanted = request.app[NETWORK], await body(request)
    number = network.numbers.by_phone.get(phones.normal(str(wanted.get("to", ""))) or "")
    if number is None:
        raise refuse("to: no account of this sandbox owns that number")
    if not number.capabilities["sms"]:
        raise refuse("to: that number takes calls only")
    words = messages.storable(str(wanted.get("body", "")))
    if len(words) > 1600:
        raise refuse("body: at most 1600 characters")
    try:
        items = [media.read(entry) for entry in _list(wanted, "media")]
    except ValueError as error:
        raise refuse(str(error)) from None
    if not words and not items:
        raise refuse("body: say something or add media")
    record = inbound.receive(network, address(request), number, words, items)
    if record is None:
        raise refuse("the number's messaging service has no webhook: Twilio would swallow this text")
    await network.store.durable()
    return answer(messages.resource(vars(record)), status=201)


async def read_replies(request: web.Request) -> web.Response:
    """GET /control/replies: what phones answer by themselves."""
    return answer({"replies": request.app[NETWORK].habits.document()})


async def set_replies(request: web.Request) -> web.Response:
    """PUT /control/replies {"replies": [{"phone", "body", "after_ms", "times", "share"}]}: replaces all of them."""
    network, wanted = request.app[NETWORK], await body(request)
    try:
        network.habits.replace(wanted.get("replies", []))
    except (ValueError, TypeError) as error:
        raise refuse(str(error)) from None
    await network.store.durable()
    return answer({"replies": network.habits.document()})


async def add_history(request: web.Request) -> web.Response:
    """POST /control/history {"messages": […]} or a list: past texts, no webhooks; 201 with their sids."""
    network = request.app[NETWORK]
    try:
        document = await request.json()
        entries = document if isinstance(document, list) else document["messages"]
        sids = history.insert(network, entries)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise refuse(f"history: {error!r}") from None
    await network.store.durable()
    return answer({"created": len(sids), "sids": sids}, status=201)


def address(request: web.Request) -> str:
    """The phone in the path: E.164, or a short code or name that only sends. Raises 400."""
    given = request.match_info["phone"]
    phone = phones.normal(given) or given
    if not phones.is_address(phone):
        raise refuse(f"{given!r} is not a phone number, a short code or a sender name")
    return phone


async def live(request: web.Request) -> web.StreamResponse:
    """GET /control/live: server-sent hints, `data:` is the phone with something new (empty: everything)."""
    network = request.app[NETWORK]
    stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await stream.prepare(request)
    queue = network.hub.join()
    stopping = asyncio.create_task(network.stopping.wait())
    try:
        await stream.write(b"retry: 1000\n\n")
        while not network.stopping.is_set():
            hint = asyncio.create_task(queue.get())
            done, _ = await asyncio.wait({hint, stopping}, timeout=15, return_when=asyncio.FIRST_COMPLETED)
            if hint not in done:
                hint.cancel()
                await stream.write(b": alive\n\n")
                continue
            phones_now = {hint.result()}
            await asyncio.sleep(0.15)
            while not queue.empty():
                phones_now.add(queue.get_nowait())
            await stream.write("".join(f"event: hint\ndata: {phone}\n\n" for phone in sorted(phones_now)).encode())
    except (ConnectionResetError, ConnectionError):
        pass
    finally:
        stopping.cancel()
        network.hub.leave(queue)
    return stream


def _list(wanted: dict[str, Any], field: str) -> list[Any]:
    given = wanted.get(field) or []
    if not isinstance(given, list) or len(given) > 10:
        raise refuse(f"{field}: a list of at most ten")
    return given
