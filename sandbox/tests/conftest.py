"""A sandbox in a process of its own, and an application that listens for its webhooks."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest

from sandbox.testing import RunningSandbox, eventually, running_sandbox


@dataclass
class Heard:
    """One webhook as it came in."""

    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class Listener:
    """The application's side: what was heard, and what it answers (status, content type, body)."""

    url: str
    heard: list[Heard] = field(default_factory=list)
    answer: Callable[[Heard], tuple[int, str, str]] = lambda heard: (200, "text/xml", "<Response/>")

    def wait(self, count: int) -> list[Heard]:
        """Wait for so many webhooks."""
        eventually(lambda: len(self.heard) >= count)
        return self.heard

    def statuses(self) -> list[str]:
        """The MessageStatus values in the order they came."""
        return [heard.form["MessageStatus"] for heard in self.heard if "MessageStatus" in heard.form]


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A web server on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self._hear(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

        def do_GET(self) -> None:
            self._hear(self.path.partition("?")[2])

        def _hear(self, encoded: str) -> None:
            form = dict(parse_qsl(encoded, keep_blank_values=True))
            heard = Heard(self.command, self.path, form, dict(self.headers))
            listening.heard.append(heard)
            status, kind, text = listening.answer(heard)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if status == 302:
                self.send_header("Location", text)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening = Listener(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield listening
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def one_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """One sandbox for all tests that speak HTTP."""
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(one_sandbox: RunningSandbox) -> RunningSandbox:
    """The sandbox, emptied, as fast as possible, no webhooks set."""
    one_sandbox.reset()
    one_sandbox.speed("fast")
    for number in one_sandbox.numbers:
        one_sandbox.set_webhook(number, "", SmsFallbackUrl="", SmsMethod="POST")
    return one_sandbox


@pytest.fixture
def send(sandbox: RunningSandbox) -> Callable[..., dict[str, object]]:
    """Create a text from the main line: `send("+1…", Body="…", StatusCallback="…")`."""

    def create(to: str, **form: str) -> dict[str, object]:
        return sandbox.api("POST", "Messages.json", {"To": to, "From": sandbox.numbers[0], "Body": "Hi", **form})

    return create
