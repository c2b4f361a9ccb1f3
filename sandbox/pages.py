"""The handsets page: phones to text from and to, switches for faults; works as plain HTML, live with its script."""

from html import escape
from pathlib import Path
from string import Template
from urllib.parse import quote

from aiohttp import web

from . import fragments, handsets, icons, inbound, media, phones, switches
from .api import NETWORK
from .control_handsets import address
from .network import Network

FOLDER = Path(__file__).parent / "templates"
PAGE, PHONE, NETWORK_PART = (Template((FOLDER / f"{name}.html").read_text()) for name in ("page", "phone", "network"))
PICTURE = media.Item("image/png")


async def home(request: web.Request) -> web.Response:
    """GET /: all phones, and beside them the latest."""
    network = request.app[NETWORK]
    known = handsets.listed(network, limit=1)
    return _page(network, known[0]["phone"] if known else "", "home")


async def phone(request: web.Request) -> web.Response:
    """GET /handsets/{phone}."""
    return _page(request.app[NETWORK], address(request), "one")


async def text(request: web.Request) -> web.StreamResponse:
    """POST /handsets/{phone}: the phone texts a number."""
    network, form, sender = request.app[NETWORK], await request.post(), address(request)
    number = network.numbers.by_phone.get(str(form.get("to", "")))
    words = str(form.get("body", "")).replace("\r\n", "\n")[:1600]
    if number is not None and (words.strip() or form.get("picture")):
        inbound.receive(network, sender, number, words, [PICTURE] if form.get("picture") else [])
        await network.store.durable()
    raise web.HTTPSeeOther(f"/handsets/{quote(sender)}")


async def add(request: web.Request) -> web.StreamResponse:
    """POST /handsets: a new phone on the table."""
    form = await request.post()
    number = phones.normal(str(form.get("phone", "")))
    if number is None:
        raise web.HTTPBadRequest(text="That is not a phone number. Write it like +1 305 555 0123.\n")
    handsets.name(request.app[NETWORK], number, str(form.get("name", ""))[:60])
    raise web.HTTPSeeOther(f"/handsets/{quote(number)}")


async def flip(request: web.Request) -> web.StreamResponse:
    """POST /switches: turn one over."""
    network, form = request.app[NETWORK], await request.post()
    sender = phones.normal(str(form.get("phone", ""))) or str(form.get("phone", ""))
    try:
        switches.flip(network.faults, str(form.get("switch", "")), sender)
    except KeyError:
        raise web.HTTPBadRequest(text="There is no such switch.\n") from None
    network.hub.hint("")
    raise web.HTTPSeeOther(f"/handsets/{quote(sender)}" if sender else "/")


async def speed(request: web.Request) -> web.StreamResponse:
    """POST /speed: real time or fast."""
    network, form = request.app[NETWORK], await request.post()
    try:
        network.set_speed(str(form.get("mode", "")))
    except ValueError as error:
        raise web.HTTPBadRequest(text=f"{error}\n") from None
    network.hub.hint("")
    back = str(form.get("back", "/"))
    raise web.HTTPSeeOther(back if back.startswith("/handsets/") else "/")


async def part(request: web.Request) -> web.Response:
    """GET /parts/…: one part of the page, fresh."""
    network, name = request.app[NETWORK], request.match_info["name"]
    chosen = request.match_info.get("phone") or request.query.get("phone", "")
    parts = {
        "phones": lambda: fragments.phone_list(network, chosen),
        "thread": lambda: fragments.thread(network, chosen),
        "switches": lambda: fragments.switch_list(network, chosen),
        "lately": lambda: fragments.lately(network),
        "numbers": lambda: fragments.number_list(network),
        "speed": lambda: fragments.speed(network),
    }
    if name not in parts:
        raise web.HTTPNotFound
    return web.Response(text=parts[name](), content_type="text/html", headers={"Cache-Control": "no-store"})


def _page(network: Network, chosen: str, view: str) -> web.Response:
    known = network.store.row("SELECT name FROM handsets WHERE phone = ?", (chosen,))
    pretty = phones.pretty(chosen)
    name = (known["name"] if known else "") or pretty
    shown = PHONE.substitute(
        phone=quote(chosen),
        raw=escape(chosen),
        name=escape(name),
        first=escape(name.split()[0] if name != pretty else "this phone"),
        pretty=escape(pretty if name != pretty else "Phone of a person"),
        initials=escape(fragments.initials(name)),
        thread=fragments.thread(network, chosen),
        numbers=fragments.number_options(network, chosen),
        arrow=icons.ARROW,
        picture=icons.PICTURE,
        send=icons.SEND,
    )
    network_part = NETWORK_PART.substitute(
        phone=quote(chosen),
        raw=escape(chosen),
        switches=fragments.switch_list(network, chosen),
        lately=fragments.lately(network),
        numbers=fragments.number_list(network),
    )
    page = PAGE.substitute(
        title=escape(name or "No phones"),
        view=view,
        here=f"/handsets/{quote(chosen)}" if view == "one" else "/",
        query=quote(chosen, safe=""),
        mark=icons.MARK,
        speed=fragments.speed(network),
        phones=fragments.phone_list(network, chosen),
        phone=shown if chosen else '<p class="empty">Add a phone to begin.</p>',
        network=network_part,
    )
    return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})


ROUTES = (
    ("GET", "/", home),
    ("POST", "/handsets", add),
    ("GET", "/handsets/{phone}", phone),
    ("POST", "/handsets/{phone}", text),
    ("POST", "/switches", flip),
    ("POST", "/speed", speed),
    ("GET", "/parts/{name}", part),
    ("GET", "/parts/{name}/{phone}", part),
)
