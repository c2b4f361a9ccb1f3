"""Signed webhooks for tests, posted straight into the edge."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from threadline.ingest.edge import Edge
from threadline.ingest.writer import Writer
from threadline.numbers.testing import TOKEN
from threadline.twilio.signature import sign

BASE = "https://texts.example.com"  # set it as THREADLINE_URL in the test's settings

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What the edge answered."""

    status: int
    headers: dict[str, str]
    body: str


def sid() -> str:
    """A fresh message sid."""
    return "SM" + secrets.token_hex(16)


def inbound(account_sid: str, to: str, body: str = "Hello", from_: str = "+14155550123", **more: str) -> Fields:
    """The fields of an incoming text as Twilio sends them."""
    message = more.pop("MessageSid", None) or sid()
    values = {
        "ToCountry": "US", "ToState": "CA", "SmsMessageSid": message, "NumMedia": "0", "ToCity": "", "FromZip": "94016",
        "SmsSid": message, "FromState": "CA", "SmsStatus": "received", "FromCity": "SAN FRANCISCO", "Body": body,
        "FromCountry": "US", "To": to, "ToZip": "", "NumSegments": "1", "MessageSid": message,
        "AccountSid": account_sid, "From": from_, "ApiVersion": "2010-04-01",
    }  # fmt: skip
    return list({**values, **more}.items())


def status(account_sid: str, message: str, word: str, from_: str = "+18335550100", **more: str) -> Fields:
    """The fields of a status callback."""
    values = {
        "SmsSid": message, "SmsStatus": word, "MessageStatus": word, "To": "+14155550123", "MessageSid": message,
        "AccountSid": account_sid, "From": from_, "ApiVersion": "2010-04-01",
    }  # fmt: skip
    return list({**values, **more}.items())


@asynccontextmanager
async def running_edge() -> AsyncIterator[Edge]:
    """An edge with its writer thread, as config/asgi.py runs it."""
    writer = Writer()
    writer.start()
    edge = Edge(writer)
    try:
        yield edge
    finally:
        await writer.stop()
        edge.close()


async def post(
    edge: Any,
    path: str,
    fields: Fields,
    *,
    token: str = TOKEN,
    signed_url: str = "",
    signature: str | None = None,
    headers: dict[str, str] | None = None,
    query: str = "",
    peer: str = "203.0.113.9",
    method: str = "POST",
    body: bytes | None = None,
) -> Answer:
    """Post a form signed for BASE + path, unless told otherwise."""
    location = f"{path}?{query}" if query else path
    if signature is None:
        signature = sign(token, signed_url or BASE + location, fields if method == "POST" else ())
    sent = {"host": "texts.example.com", "content-type": "application/x-www-form-urlencoded", **(headers or {})}
    if signature:
        sent["x-twilio-signature"] = signature
    scope = {
        "type": "http", "method": method, "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "client": (peer, 40000),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
    }  # fmt: skip
    return await request(edge, scope, urlencode(fields).encode() if body is None else body)


async def request(app: Any, scope: dict[str, Any], body: bytes = b"") -> Answer:
    """One request into an ASGI application, one whole answer out of it."""
    parts = [body[at : at + 16_384] for at in range(0, len(body), 16_384)] or [b""]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not parts:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start = sent[0]
    return Answer(
        status=start["status"],
        headers={name.decode(): value.decode() for name, value in start["headers"]},
        body=b"".join(message.get("body", b"") for message in sent[1:]).decode(),
    )
