"""A raw TCP server that does to a client what carriers and networks do. For tests of the flight only."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

Answer = Callable[[socket.socket, int], bool]


def http(status: int, body: object, *headers: str) -> bytes:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(payload)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + payload


def created(connection: socket.socket, number: int) -> bool:
    """Accept the text and keep the connection."""
    connection.sendall(http(201, {"sid": f"SM{number:032x}", "status": "queued", "num_segments": "1", "price": None}))
    return True


@dataclass
class Carrier:
    """What it has accepted: every complete request body, in order."""

    port: int
    accepted: list[bytes] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


@contextmanager
def carrier(answer: Answer, certificate: Path | None = None) -> Iterator[Carrier]:
    """Serve on a free port. `answer(connection, number)` gets each complete request; False closes the connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    seen = Carrier(listener.getsockname()[1], scheme="https" if certificate else "http")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate:
        tls.load_cert_chain(certificate)
    lock = threading.Lock()

    def talk(connection: socket.socket) -> None:
        buffer = b""
        if certificate:
            try:
                connection = tls.wrap_socket(connection, server_side=True)
            except OSError:
                return
        with connection:
            while True:
                while b"\r\n\r\n" not in buffer:
                    try:
                        chunk = connection.recv(65536)
                    except OSError:
                        return
                    if not chunk:
                        return
                    buffer += chunk
                head, _, buffer = buffer.partition(b"\r\n\r\n")
                length = next(
                    int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
                )
                while len(buffer) < length:
                    buffer += connection.recv(65536)
                body, buffer = buffer[:length], buffer[length:]
                with lock:
                    seen.accepted.append(body)
                    seen.heads.append(head)
                    number = len(seen.accepted)
                if not answer(connection, number):
                    return

    def listen() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            seen.connections += 1
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(2)


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something to become true."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it never happened"
        time.sleep(0.005)
