"""The program's routes: Twilio's API, the other products' hosts, the controls, the handsets page."""

from pathlib import Path

from aiohttp import web

from . import (
    api_accounts,
    api_available,
    api_buying,
    api_media,
    api_messages,
    api_numbers,
    api_services,
    control,
    control_accounts,
    control_handsets,
    pages,
    product,
)
from .api import NETWORK, operation
from .guard import ALLOWED, guard
from .network import Network

MAX_BODY = 16 * 1024 * 1024
STATIC = Path(__file__).parent / "static"
ACCOUNT = "/2010-04-01/Accounts/{account:AC[0-9a-fA-F]{32}}"
MESSAGES, NUMBERS = f"{ACCOUNT}/Messages", f"{ACCOUNT}/IncomingPhoneNumbers"
SM, MEDIA = f"{MESSAGES}/{{sid:[SM]M[0-9a-fA-F]{{32}}}}", f"{MESSAGES}/{{message:[SM]M[0-9a-fA-F]{{32}}}}/Media"
KIND = f"{NUMBERS}/{{kind:Local|Mobile|TollFree}}.json"
SHOP = f"{ACCOUNT}/AvailablePhoneNumbers"
ME, PN = f"{MEDIA}/{{sid:ME[0-9a-fA-F]{{32}}}}", f"{NUMBERS}/{{sid:PN[0-9a-fA-F]{{32}}}}"
SERVICES = "/~messaging.twilio.com/v1/Services"
MG = f"{SERVICES}/{{sid:MG[0-9a-fA-F]{{32}}}}"
POOL = f"{SERVICES}/{{service:MG[0-9a-fA-F]{{32}}}}/PhoneNumbers"
MEMBER = f"{POOL}/{{sid:PN[0-9a-fA-F]{{32}}}}"

API = (
    ("POST", f"{MESSAGES}.json", operation("create", api_messages.create, test_credentials=True)),
    ("GET", f"{MESSAGES}.json", operation("list", api_messages.listed)),
    ("GET", f"{SM}.json", operation("fetch", api_messages.fetch)),
    ("POST", f"{SM}.json", operation("update", api_messages.update)),
    ("DELETE", f"{SM}.json", operation("delete", api_messages.delete)),
    ("POST", f"{SM}/Feedback.json", operation("feedback", api_messages.feedback)),
    ("GET", f"{MEDIA}.json", operation("media", api_media.listed)),
    ("GET", f"{ME}.json", operation("media", api_media.fetch)),
    ("DELETE", f"{ME}.json", operation("media", api_media.delete)),
    ("GET", ME, operation("content", api_media.content)),
    ("GET", f"{NUMBERS}.json", operation("numbers", api_numbers.listed)),
    ("POST", f"{NUMBERS}.json", operation("buy", api_buying.buy, test_credentials=True)),
    ("GET", KIND, operation("numbers", api_numbers.listed)),
    ("POST", KIND, operation("buy", api_buying.buy, test_credentials=True)),
    ("GET", f"{SHOP}.json", operation("available", api_available.countries)),
    ("GET", f"{SHOP}/{{country:[A-Z]{{2}}}}.json", operation("available", api_available.country)),
    ("GET", f"{SHOP}/{{country:[A-Z]{{2}}}}/{{kind:\\w+}}.json", operation("available", api_available.listed)),
    ("GET", f"{PN}.json", operation("numbers", api_numbers.fetch)),
    ("POST", f"{PN}.json", operation("number", api_numbers.update)),
    ("DELETE", f"{PN}.json", operation("number", api_numbers.release)),
    ("GET", "/2010-04-01/Accounts.json", operation("account", api_accounts.listed)),
    ("GET", f"{ACCOUNT}.json", operation("account", api_accounts.fetch)),
    ("GET", f"{ACCOUNT}/Balance.json", operation("account", api_accounts.balance)),
    ("*", "/2010-04-01/{tail:.*}", operation("unknown", product.unknown)),
)
MESSAGING = (
    ("GET", SERVICES, operation("services", api_services.listed)),
    ("POST", SERVICES, operation("service", api_services.create)),
    ("GET", MG, operation("services", api_services.fetch)),
    ("POST", MG, operation("service", api_services.update)),
    ("DELETE", MG, operation("service", api_services.delete)),
    ("GET", POOL, operation("services", api_services.members)),
    ("POST", POOL, operation("service", api_services.join)),
    ("GET", MEMBER, operation("services", api_services.fetch_member)),
    ("DELETE", MEMBER, operation("service", api_services.leave)),
)
CONTROL = (
    ("GET", "/control/health", control.health),
    ("GET", "/control/account", control.account),
    ("GET", "/control/accepted", control.accepted),
    ("GET", "/control/requests", control.requests),
    ("GET", "/control/webhooks", control.webhooks),
    ("GET", "/control/speed", control.read_speed),
    ("PUT", "/control/speed", control.set_speed),
    ("GET", "/control/faults", control.read_faults),
    ("PUT", "/control/faults", control.set_faults),
    ("POST", "/control/accounts", control_accounts.create),
    ("POST", "/control/accounts/{sid}", control_accounts.change),
    ("POST", "/control/services", control_accounts.add_service),
    ("POST", "/control/reset", control_accounts.reset),
    ("POST", "/control/history", control_handsets.add_history),
    ("GET", "/control/replies", control_handsets.read_replies),
    ("PUT", "/control/replies", control_handsets.set_replies),
    ("GET", "/control/live", control_handsets.live),
    ("GET", "/control/handsets", control_handsets.listed),
    ("PUT", "/control/handsets/{phone}", control_handsets.put),
    ("GET", "/control/handsets/{phone}/texts", control_handsets.texts),
    ("POST", "/control/handsets/{phone}/texts", control_handsets.send),
)


def build(network: Network, allowed: frozenset[str] = frozenset()) -> web.Application:
    """The application; `allowed` are Host names besides this machine's own."""
    app = web.Application(middlewares=[guard], client_max_size=MAX_BODY)
    app[NETWORK], app[ALLOWED] = network, allowed
    for method, path, handler in API:
        app.router.add_route(method, path, handler)
        app.router.add_route(method, f"/~api.twilio.com{path}", handler)
    for method, path, handler in (*MESSAGING, *CONTROL, *pages.ROUTES):
        app.router.add_route(method, path, handler)
    app.router.add_get("/~media.twiliocdn.com/{account}/{sid}", api_media.file)
    app.router.add_route("*", "/~{host}/{tail:.*}", operation("unknown", product.unknown))
    app.router.add_static("/static", STATIC)
    app.on_startup.append(_start)
    app.on_shutdown.append(_say_stop)
    app.on_cleanup.append(_stop)
    return app


async def _start(app: web.Application) -> None:
    await app[NETWORK].start()


async def _say_stop(app: web.Application) -> None:
    app[NETWORK].stopping.set()


async def _stop(app: web.Application) -> None:
    await app[NETWORK].stop()
