"""Signed webhooks on 64 connections: `python -m bench.load PORT inbound|plain|STATUS COUNT RUN [FILE]`.

The requests are made beforehand; the clock runs only while they are sent. Prints rate, latencies and answers as JSON.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import uvloop

from threadline.twilio.signature import sign

CONNECTIONS = 64
PHONE = "+18335550100"
SID, TOKEN, KEY = "AC0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef", "b" * 32  # noqa: S105
TEXTS_PER_PERSON = 5
AREA, PLAIN_AREA = "+1727", "+1646"  # who texts our path, and who texts the plain view


def inbound(port: int, count: int, run: int, area: str) -> list[bytes]:
    """Texts from many people, with the 19 fields that Twilio sends."""
    path = f"/hooks/{KEY}/incoming-sms"
    return [_request(port, path, _text(f"SM{run:08x}{n:024x}", n, area)) for n in range(count)]


def statuses(port: int, file: str, word: str) -> list[bytes]:
    """A callback for each of our attempts in the file: lines of public id and sid."""
    pairs = [line.split() for line in Path(file).read_text().splitlines()]
    return [_request(port, f"/hooks/{KEY}/message-status/{attempt}", _status(sid, word)) for attempt, sid in pairs]


def _text(sid: str, n: int, area: str) -> dict[str, str]:
    return {
        "ToCountry": "US", "ToState": "CA", "SmsMessageSid": sid, "NumMedia": "0", "ToCity": "", "FromZip": "94016",
        "SmsSid": sid, "FromState": "CA", "SmsStatus": "received", "FromCity": "SAN FRANCISCO",
        "Body": f"Thank you, see you tomorrow at {n}!", "FromCountry": "US", "To": PHONE, "ToZip": "",
        "NumSegments": "1", "MessageSid": sid, "AccountSid": SID, "ApiVersion": "2010-04-01",
        "From": f"{area}{2_000_000 + n // TEXTS_PER_PERSON}",
    }  # fmt: skip


def _status(sid: str, word: str) -> dict[str, str]:
    return {
        "SmsSid": sid, "SmsStatus": word, "MessageStatus": word, "To": "+18135550142", "MessageSid": sid,
        "AccountSid": SID, "From": PHONE, "ApiVersion": "2010-04-01",
    }  # fmt: skip


def _request(port: int, path: str, form: dict[str, str]) -> bytes:
    host = f"127.0.0.1:{port}"
    body = urlencode(form)
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\nX-Home-Region: us1\r\n"
        f"X-Twilio-Signature: {sign(TOKEN, f'http://{host}{path}', list(form.items()))}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


class Caller(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, requests: Iterator[bytes], results: "Results") -> None:
        self.requests, self.results = requests, results
        self.done = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def next(self) -> None:
        """Send the next request, or end."""
        request = next(self.requests, None)
        if request is None:
            self.done.set_result(None)
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if b"transfer-encoding: chunked" in head:
            if not self.buffer.endswith(b"0\r\n\r\n"):
                return
        elif len(self.buffer) < end + 4 + length:
            return
        self.buffer = b""
        self.results.latencies.append(time.perf_counter() - self.sent_at)
        self.results.answers[int(head[9:12])] += 1
        self.next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server hung up"))


class Results:
    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.answers: Counter[int] = Counter()


async def send(port: int, requests: list[bytes]) -> dict[str, Any]:
    """Send them all; returns what came of it."""
    loop = asyncio.get_running_loop()
    waiting, results = iter(requests), Results()
    callers = [
        (await loop.create_connection(lambda: Caller(waiting, results), "127.0.0.1", port))[1]
        for _ in range(CONNECTIONS)
    ]
    began, started = time.time(), time.perf_counter()
    for caller in callers:
        caller.next()
    await asyncio.gather(*(caller.done for caller in callers))
    took = time.perf_counter() - started
    ordered = sorted(results.latencies)
    return {
        "began": began,
        "rate": len(requests) / took,
        "p50_ms": ordered[len(ordered) // 2] * 1000,
        "p99_ms": ordered[len(ordered) * 99 // 100] * 1000,
        "answers": results.answers,
    }


def main(port: int, kind: str, count: int, run: int, file: str = "") -> dict[str, Any]:
    if kind in ("inbound", "plain"):
        requests = inbound(port, count, run, AREA if kind == "inbound" else PLAIN_AREA)
    else:
        requests = statuses(port, file, kind)[:count]
    return uvloop.run(send(port, requests))


if __name__ == "__main__":
    port, kind, count, run, *file = sys.argv[1:]
    sys.stdout.write(json.dumps(main(int(port), kind, int(count), int(run), *file)) + "\n")
