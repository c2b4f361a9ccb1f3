"""What every API request has in common: credentials, parameters, faults, headers, and a note for the recorder."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from . import auth, clock, sids
from .accounts import Account
from .errors import TwilioError
from .faults import Rule
from .form import Form
from .network import Network
from .recorder import Recorded

NETWORK: web.AppKey[Network] = web.AppKey("network", Network)
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Twilio-Request-Id",
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=31536000",
    "Twilio-Concurrent-Requests": "1",
    "X-Home-Region": "us1",
    "X-Powered-By": "AT-5000",
    "X-Shenanigans": "none",
}
HTTP_CODES = {429: 20429, 500: 20500, 503: 20503}
NEVER = 600.0


@dataclass
class Call:
    """One API request: `account` is the one in the path, `caller` the one that signed in."""

    network: Network
    request: web.Request
    caller: Account
    account: Account
    query: Form
    form: Form

    def sid(self, name: str = "sid") -> str:
        """A sid from the path."""
        return self.request.match_info[name]

    @property
    def path(self) -> str:
        """The path below the product's host."""
        return _bare(self.request.path)


Operation = Callable[[Call], Awaitable[web.StreamResponse]]
Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


def operation(name: str, handle: Operation, test_credentials: bool = False) -> Endpoint:
    """Wrap an operation; `name` is what fault rules call it."""

    async def endpoint(request: web.Request) -> web.StreamResponse:
        started = time.perf_counter()
        network = request.app[NETWORK]
        body = (await request.read()).decode("utf-8", "replace") if request.can_read_body else ""
        query, form = Form(request.rel_url.raw_query_string), Form(body)
        answer: web.StreamResponse
        try:
            caller = auth.authenticate(network.accounts, request.headers.get("Authorization"))
            account = auth.reach(network.accounts, caller, request.match_info.get("account", caller.sid))
            if caller.type == "Test" and not test_credentials:
                raise TwilioError(20008)
            call = Call(network, request, caller, account, query, form)
            answer = await _faulty(call, name, handle) if network.faults.rules else await handle(call)
        except TwilioError as error:
            answer = error.response()
        await network.store.durable()
        answer.headers.update(HEADERS)
        answer.headers["X-API-Domain"] = _host(request.path)
        answer.headers["Twilio-Request-Id"] = sids.new("RQ")
        answer.headers["Twilio-Request-Duration"] = f"{time.perf_counter() - started:.3f}"
        _note(network, request, query, form, answer.status)
        return answer

    return endpoint


async def _faulty(call: Call, name: str, handle: Operation) -> web.StreamResponse:
    faults, form = call.network.faults, call.form
    target: dict[str, Any] = {"operation": name, "to": form.get("To"), "sender": form.get("From")}
    if rule := faults.take("delay", **target):
        await asyncio.sleep(rule.ms / 1000)
    if faults.take("refuse", **target):
        return hang_up(call.request)
    if rule := faults.take("http", "list_error", accepted=False, **target):
        raise _http(rule)
    if rule := faults.take("error", **target):
        raise TwilioError(rule.code or 21211, form.get("To"), form.get("From"))
    answer = await handle(call)
    if rule := faults.take("http", accepted=True, **target):
        raise _http(rule)
    if faults.take("timeout", **target):
        await call.network.store.durable()
        await _silence(call)
        return hang_up(call.request)
    reused = _is_reused(call.request)
    if faults.take("close", kept_alive=False, **target) or (reused and faults.take("close", kept_alive=True, **target)):
        await call.network.store.durable()
        return hang_up(call.request)
    return answer


def answer(body: dict[str, Any], status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json", charset="utf-8")


def hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection without a byte of answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)


async def _silence(call: Call) -> None:
    until = time.monotonic() + NEVER
    while time.monotonic() < until and not call.network.stopping.is_set():
        if call.request.transport is None or call.request.transport.is_closing():
            return
        await asyncio.sleep(0.1)


def _http(rule: Rule) -> TwilioError:
    status = int(rule.status or (500 if rule.kind == "list_error" else 503))
    return TwilioError(HTTP_CODES.get(status, 20500), status=status)


def _is_reused(request: web.Request) -> bool:
    return int(getattr(request.protocol, "_request_count", 0)) > 1


def _bare(path: str) -> str:
    return path[path.index("/", 2) :] if path.startswith("/~") else path


def _host(path: str) -> str:
    return path[2 : path.index("/", 2)] if path.startswith("/~") else "api.twilio.com"


def _note(network: Network, request: web.Request, query: Form, form: Form, status: int) -> None:
    headers = request.headers
    kinds = headers.get("Content-Type", ""), headers.get("User-Agent", "")
    host, path = _host(request.path), _bare(request.path)
    network.recorder.note(Recorded(clock.now(), request.method, host, path, query.pairs, form.pairs, *kinds, status))
