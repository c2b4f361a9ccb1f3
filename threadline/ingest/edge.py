"""The carrier's door, raw ASGI: verify, note an opt-out, have it committed, answer. Everything else happens later."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from threadline.compliance import keywords
from threadline.compliance.optouts import NewOptOut
from threadline.ingest import origin, routes
from threadline.ingest.directory import Directory, Owner
from threadline.ingest.form import Fields, fields
from threadline.ingest.quarantine import Quarantine, Refused
from threadline.ingest.routes import INBOUND, STATUS, Route
from threadline.ingest.writer import OverloadedError, Raw, Writer, moment
from threadline.lib import clock
from threadline.twilio import signature

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LARGEST = 64 * 1024
_MOST_SHOWN = 5  # connections that are told of one refused request
_LINE = {str(INBOUND): "To", str(STATUS): "From"}  # the field that names our own line
_NUL = "\u2400"  # as twilio.payloads shows it: the address must be the one that the text will have

_TEXT = "text/plain; charset=utf-8"
_REFUSALS = {
    "unsigned": (403, "This request carries no X-Twilio-Signature. Threadline takes webhooks from Twilio only."),
    "bad_signature": (403, "The signature does not match. Settings → Webhooks in Threadline says what to change."),
    "unknown_account": (403, "No connection of this Threadline has this address or Account SID."),
    "unknown_line": (403, "No workspace of this Threadline chose this number. Settings → Webhooks says what to do."),
    "too_large": (413, "A webhook has at most 64 kB."),
    "wrong_method": (405, "This address takes Twilio's webhooks. In Twilio, set their method to HTTP POST."),
}


def _message(status: int, text: str, content_type: str, *more: tuple[bytes, bytes]) -> tuple[dict[str, Any], ...]:
    body = text.encode()
    headers = [(b"content-length", str(len(body)).encode()), *more]
    if body:
        headers.append((b"content-type", content_type.encode()))
    return {"type": "http.response.start", "status": status, "headers": headers}, {
        "type": "http.response.body",
        "body": body,
    }


_ACCEPTED_INBOUND = _message(200, "<Response/>", "text/xml; charset=utf-8")
_ACCEPTED_STATUS = ({"type": "http.response.start", "status": 204, "headers": []}, {"type": "http.response.body"})
_REFUSED = {
    reason: _message(status, text, _TEXT, *([(b"allow", b"POST")] if status == 405 else []))
    for reason, (status, text) in _REFUSALS.items()
}
_NOT_STORED = _message(500, "The request could not be stored. Please send it again.", _TEXT)
_OVERLOADED = _message(503, "Too many requests wait. Please send it again.", _TEXT, (b"retry-after", b"2"))


class Edge:
    """The ASGI application for the paths that `routes.match` knows."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.directory = Directory()
        self.quarantine = Quarantine()
        self.origins = origin.configured()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="ingest-lookup")

    def close(self) -> None:
        """End the look-up threads."""
        self._threads.shutdown(wait=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send, route: Route | None = None) -> None:
        """Answer one request; `route` when the caller has matched the path already."""
        route = route or routes.match(scope["path"])
        if route is None:
            raise ValueError(f"no webhook path: {scope['path']}")
        body = await _read(receive)
        if body is None:
            return
        start, end = await self._answer(route, scope, body)
        await send(start)
        await send(end)

    async def _answer(self, route: Route, scope: Scope, body: bytes) -> tuple[Any, ...]:
        headers = dict(scope["headers"])
        signed = headers.get(b"x-twilio-signature", b"").decode("latin-1")
        post = scope["method"] == "POST"
        if not post and not signed:  # a person who looks at the address, or a scanner
            return _REFUSED["wrong_method"]
        too_large = len(body) > LARGEST
        pairs = fields(body[:0] if too_large else body if post else scope["query_string"])
        values = dict(reversed(pairs))  # of a repeated name the first value, as twilio.payloads reads it
        wanted = (route.hook_key, values.get("AccountSid", ""), values.get(_LINE[route.kind], ""))
        owners = self.directory.known(*wanted)
        if owners is None:
            owners = await self._in_thread(self.directory.find, *wanted)
        if too_large or not post:
            reason = "too_large" if too_large else "wrong_method"
            return await self._refuse(reason, owners[:1], scope, headers, pairs, body, signed)
        if not owners:
            return await self._refuse("unknown_account", [], scope, headers, pairs, body, signed)
        if not signed:
            return await self._refuse("unsigned", owners[:_MOST_SHOWN], scope, headers, pairs, body, signed)
        verified = self._verified(owners, scope, headers, pairs, signed)
        if not verified and self.directory.may_reload(owners):  # another process may have saved a new token
            owners = await self._in_thread(self.directory.find, *wanted)
            verified = self._verified(owners, scope, headers, pairs, signed)
        if not verified:
            return await self._refuse("bad_signature", owners[:_MOST_SHOWN], scope, headers, pairs, body, signed)
        if route.kind == INBOUND and len({owner.workspace_id for owner in verified}) > 1:
            return await self._refuse("unknown_line", verified[:_MOST_SHOWN], scope, headers, pairs, body, signed)
        try:
            await self.writer.put(_raw(route, verified[0], values, body))
        except OverloadedError:
            return _OVERLOADED
        except Exception:  # logged where it happened
            return _NOT_STORED
        return _ACCEPTED_INBOUND if route.kind == INBOUND else _ACCEPTED_STATUS

    def _verified(
        self, owners: list[Owner], scope: Scope, headers: dict[bytes, bytes], pairs: Fields, signed: str
    ) -> list[Owner]:
        """Those whose token made this signature over one of our URLs."""
        location = _location(scope)
        peer = _peer(scope)
        return [
            owner
            for owner in owners
            if signature.verify(
                owner.token,
                [base + location for base in self.origins.bases(owner.sandbox, peer, headers)],
                pairs,
                signed,
            )
        ]

    async def _refuse(
        self,
        reason: str,
        owners: list[Owner],
        scope: Scope,
        headers: dict[bytes, bytes],
        pairs: Fields,
        body: bytes,
        signed: str,
    ) -> tuple[Any, ...]:
        names = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}
        peer = _peer(scope)
        refused = Refused(
            reason=reason,
            owners=owners,
            path=_location(scope).partition("?")[0],
            query=scope["query_string"].decode("latin-1"),
            scheme=names.get("x-forwarded-proto") or scope.get("scheme", "http"),
            host=names.get("host", ""),
            remote=peer,
            headers=names,
            fields=pairs,
            body=body,
            signature=signed,
            expected=self.origins.bases(any(owner.sandbox for owner in owners), peer, headers),
        )
        await self._in_thread(self.quarantine.keep, refused)
        return _REFUSED[reason]

    async def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _asking, function, arguments)


def _asking(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Run something that asks the database; once more on a new connection when the old one was dead."""
    try:
        return function(*arguments)
    except (OperationalError, InterfaceError):
        connection.close()
        return function(*arguments)


async def _read(receive: Receive) -> bytes | None:
    """The body, at most a little over LARGEST; None when the client hung up."""
    message = await receive()
    if message["type"] != "http.request":
        return None
    body: bytes = message.get("body", b"")
    while message.get("more_body") and len(body) <= LARGEST:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
    return body


def _location(scope: Scope) -> str:
    """Path and query exactly as requested: the carrier signed them so."""
    path: str = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    query = scope["query_string"]
    return f"{path}?{query.decode('latin-1')}" if query else path


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _raw(route: Route, owner: Owner, values: dict[str, str], body: bytes) -> Raw:
    """The row to store. Its key makes a repeat a no-op, within the workspace whose token signed it."""
    now = clock.now()
    sid = values.get("MessageSid") or values.get("SmsSid") or hashlib.sha1(body, usedforsecurity=False).hexdigest()
    address, stop = "", None
    if route.kind == INBOUND:
        address = values.get("From", "").replace("\x00", _NUL)[:80]
        key = f"inbound:{owner.workspace_id}:{sid}"
        stop = _stop(owner, values, address, sid, now)
    else:
        status = values.get("MessageStatus") or values.get("SmsStatus", "")
        key = f"status:{owner.workspace_id}:{sid}:{status}:{values.get('ErrorCode', '')}"
    return Raw(
        workspace_id=owner.workspace_id,
        connection_id=owner.connection_id,
        kind=route.kind,
        key=key.replace("\x00", _NUL)[:90],
        address=address,
        attempt=route.attempt.replace("\x00", "")[:32],
        body=body.decode("utf-8", "replace").replace("\x00", ""),
        received_at=moment(now),
        stop=stop,
    )


def _stop(owner: Owner, values: dict[str, str], address: str, sid: str, now: datetime) -> NewOptOut | None:
    line = values.get("To", "").replace("\x00", _NUL)[:40]
    word = keywords.classify(values.get("Body", ""), keywords.is_toll_free(line), values.get("OptOutType", ""))
    if word is None or word.kind is not keywords.Kind.STOP:
        return None
    return NewOptOut(owner.workspace_id, line, address, now, word.word, reference=sid[:64])
