"""Faults on the way in: what the client sees, and what was accepted all the same."""

import http.client
import json
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

import pytest

from sandbox.faults import Faults
from sandbox.store import Store
from sandbox.testing import ControlError, RunningSandbox

PERSON = "+12125550161"
Send = Callable[..., dict[str, object]]


@contextmanager
def connection(sandbox: RunningSandbox, timeout: float = 5) -> Iterator[Callable[[], int]]:
    """One kept-alive connection; calling it posts a text and returns the HTTP status."""
    opened = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=timeout)
    basic = b64encode(f"{sandbox.account_sid}:{sandbox.auth_token}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    path = f"/2010-04-01/Accounts/{sandbox.account_sid}/Messages.json"
    form = urlencode({"To": PERSON, "From": sandbox.numbers[0], "Body": "Hi"})

    def post() -> int:
        opened.request("POST", path, form, headers)
        answer = opened.getresponse()
        answer.read()
        return answer.status

    try:
        yield post
    finally:
        opened.close()


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (500, 20500), (503, 20503)])
def test_http_errors_accept_nothing(sandbox: RunningSandbox, send: Send, status: int, code: int) -> None:
    sandbox.faults({"kind": "http", "status": status, "count": 1})
    with pytest.raises(HTTPError) as caught:
        send(PERSON)
    assert caught.value.code == status and json.load(caught.value)["code"] == code
    assert sandbox.accepted() == []
    assert send(PERSON)["status"] == "queued"


def test_an_error_after_accepting(sandbox: RunningSandbox, send: Send) -> None:
    sandbox.faults({"kind": "http", "status": 500, "accepted": True, "count": 1})
    with pytest.raises(HTTPError):
        send(PERSON)
    assert len(sandbox.accepted()) == 1


def test_a_code_for_one_destination(sandbox: RunningSandbox, send: Send) -> None:
    sandbox.faults({"kind": "error", "code": 21211, "to": "+1212*"})
    with pytest.raises(HTTPError) as caught:
        send(PERSON)
    assert json.load(caught.value)["code"] == 21211
    assert send("+13055550172")["status"] == "queued"
    assert sandbox.fault_hits() == 1


def test_accepted_but_never_answered(sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "timeout", "count": 1})
    with connection(sandbox, timeout=0.5) as post, pytest.raises(TimeoutError):
        post()
    assert len(sandbox.accepted()) == 1


def test_accepted_then_closed_on_a_reused_connection(sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "close", "kept_alive": True, "count": 1})
    with connection(sandbox) as post:
        assert post() == 201
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            post()
    assert len(sandbox.accepted()) == 2
    with connection(sandbox) as post:
        assert post() == 201


def test_refused_before_accepting(sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "refuse", "count": 1})
    with connection(sandbox) as post, pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        post()
    assert sandbox.accepted() == []


def test_a_delay_and_a_failing_list(sandbox: RunningSandbox, send: Send) -> None:
    sandbox.faults({"kind": "delay", "ms": 300}, {"kind": "list_error"})
    started = time.monotonic()
    send(PERSON)
    assert time.monotonic() - started >= 0.3
    with pytest.raises(HTTPError) as caught:
        sandbox.api("GET", "Messages.json")
    assert caught.value.code == 500


@pytest.mark.parametrize(
    "document",
    [{"rules": [{"kind": "nonsense"}]}, {"rules": [{"kind": "delay", "speed": 1}]}, {"rules": {}}],
)
def test_nonsense_is_refused_with_a_sentence(sandbox: RunningSandbox, document: dict[str, object]) -> None:
    with pytest.raises(ControlError) as caught:
        sandbox.control("PUT", "faults", document)
    assert caught.value.status == 400 and "error" in caught.value.text


def test_a_seed_makes_chance_repeatable(tmp_path: Path) -> None:
    faults = Faults(Store(tmp_path / "faults.sqlite3"))

    def draw() -> list[bool]:
        faults.replace({"seed": 7, "rules": [{"kind": "delay", "probability": 0.5}]})
        return [faults.take("delay") is not None for _ in range(20)]

    assert draw() == draw()
    assert 0 < sum(draw()) < 20
