"""A carrier that does nothing but accept texts, fast enough never to be the bottleneck: `python -m bench.stub`.

POST anything: 201 with a fresh sid. GET /count: how many texts it took, and how many different ones. PUT /delay?80:
milliseconds before each answer from now on. PUT /reset: forget.
"""

import asyncio
import json
import secrets
import sys
from typing import cast

import uvloop

_ANSWER = (
    '{"body": "Hello", "num_segments": "1", "direction": "outbound-api", "from": "+15005550006", "date_updated": "Thu, '
    '24 Aug 2023 05:01:45 +0000", "price": null, "error_message": null, "uri": "/2010-04-01/Accounts/AC0123456789abcdef'
    '0123456789abcdef/Messages/%(sid)s.json", "account_sid": "AC0123456789abcdef0123456789abcdef", "num_media": "0", '
    '"to": "+18135550142", "date_created": "Thu, 24 Aug 2023 05:01:45 +0000", "status": "queued", "sid": "%(sid)s", '
    '"date_sent": null, "messaging_service_sid": null, "error_code": null, "price_unit": null, "api_version": '
    '"2010-04-01", "subresource_uris": {"media": "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages/'
    '%(sid)s/Media.json"}}'
)
_HEAD = "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class Taken:
    """What all connections share."""

    def __init__(self) -> None:
        self.serial = secrets.randbits(60) << 60  # sids never repeat, whoever runs again on the same database
        self.bodies: list[bytes] = []
        self.delay = 0.0

    def accept(self, body: bytes) -> bytes:
        self.serial += 1
        self.bodies.append(body)
        return _message("201 CREATED", _ANSWER % {"sid": f"SM{self.serial:032x}"})

    def command(self, target: str) -> bytes:
        path, _, value = target.partition("?")
        if path == "/delay":
            self.delay = float(value) / 1000
        elif path == "/reset":
            self.bodies.clear()
        counts = {"accepted": len(self.bodies), "different": len(set(self.bodies))}
        return _message("200 OK", json.dumps(counts))


class Carrier(asyncio.Protocol):
    """One connection: requests one after another, each with Content-Length or no body."""

    def __init__(self, taken: Taken) -> None:
        self.taken = taken
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            whole = end + 4 + _length(head)
            if len(self.buffer) < whole:
                return
            body, self.buffer = self.buffer[end + 4 : whole], self.buffer[whole:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        if not head.startswith(b"POST"):
            self.transport.write(self.taken.command(head.split(b" ", 2)[1].decode()))
        elif self.taken.delay:
            asyncio.get_running_loop().call_later(self.taken.delay, self.transport.write, self.taken.accept(body))
        else:
            self.transport.write(self.taken.accept(body))


def _length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def _message(status: str, text: str) -> bytes:
    return (_HEAD % (status, len(text)) + text).encode()


async def serve() -> None:
    """Listen on a free port, say which, and serve until killed."""
    taken = Taken()
    server = await asyncio.get_running_loop().create_server(lambda: Carrier(taken), "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())
