"""Phones that answer by themselves, and a burst of texts with all that comes back."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from sandbox.testing import ControlError, RunningSandbox, running_sandbox

from .conftest import Listener

Send = Callable[..., dict[str, object]]

PERSON, OTHER = "+12125550161", "+13055550172"


def said(sandbox: RunningSandbox, phone: str) -> list[str]:
    """What a person has texted, oldest first."""
    return [text["body"] for text in sandbox.texts(phone) if text["direction"] == "inbound"]


def test_a_phone_answers_as_often_as_it_is_told(sandbox: RunningSandbox, send: Send, listener: Listener) -> None:
    sandbox.set_webhook(sandbox.numbers[0], listener.url)
    sandbox.replies({"phone": PERSON, "body": "Who is this?"}, {"phone": PERSON, "body": "Leave me alone", "times": 2})
    for number in range(4):
        send(PERSON, Body=f"{number}")
        sandbox.settled()
    send(OTHER)
    sandbox.settled()
    assert said(sandbox, PERSON) == ["Who is this?", "Leave me alone", "Leave me alone"]
    assert said(sandbox, OTHER) == []
    assert [heard.form["From"] for heard in listener.wait(3)] == [PERSON] * 3


def test_stop_by_itself_opts_out(sandbox: RunningSandbox, send: Send) -> None:
    sandbox.replies({"phone": "+1212*", "body": "STOP"})
    send(PERSON)
    sandbox.settled()
    with pytest.raises(Exception, match="400"):
        send(PERSON)
    assert len(sandbox.accepted()) == 1


def test_an_answer_may_take_its_time_and_survives_a_restart(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as sandbox:
        sandbox.replies({"phone": PERSON, "body": "Later", "after_ms": 1500})
        form = {"To": PERSON, "From": sandbox.numbers[0], "Body": "Hi"}
        started = time.monotonic()
        sandbox.api("POST", "Messages.json", form)
        time.sleep(0.3)
        assert said(sandbox, PERSON) == []
        sandbox.restart()
        sandbox.settled()
        assert said(sandbox, PERSON) == ["Later"] and time.monotonic() - started >= 1.5
        assert sandbox.control("GET", "replies")["replies"][0]["after_ms"] == 1500
        sandbox.reset()
        assert sandbox.control("GET", "replies") == {"replies": []}


@pytest.mark.parametrize(
    "habit",
    [{}, {"phone": PERSON}, {"phone": PERSON, "body": ""}, {"phone": PERSON, "body": "x", "wait": 1}, "STOP"]
    + [{"phone": PERSON, "body": "x", "after_ms": -1}, {"phone": PERSON, "body": "x", "times": "two"}],
)
def test_nonsense_is_refused(sandbox: RunningSandbox, habit: Any) -> None:
    with pytest.raises(ControlError, match="400"):
        sandbox.replies(habit)


def burst(sandbox: RunningSandbox, phones: list[str], callback: str) -> None:
    """Send a text to each phone over one kept-alive connection."""
    address = urlsplit(sandbox.url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=60)
    for phone in phones:
        form = {"To": phone, "From": sandbox.numbers[0], "Body": "Hi there", "StatusCallback": callback}
        headers = {**sandbox.authorization(), "Content-Type": "application/x-www-form-urlencoded"}
        path = f"/2010-04-01/Accounts/{sandbox.account_sid}/Messages.json"
        connection.request("POST", path, urlencode(form), headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 201
    connection.close()


def test_a_burst_of_texts_is_delivered_answered_and_told(sandbox: RunningSandbox, listener: Listener) -> None:
    phones = [f"+1212556{number:04d}" for number in range(2_000)]
    sandbox.set_webhook(sandbox.numbers[0], f"{listener.url}/in")
    sandbox.replies(
        {"phone": "+1212556*", "body": "STOP", "share": 0.1},
        {"phone": "+1212556*", "body": "Yes please", "share": 0.2, "after_ms": 100},
    )
    with ThreadPoolExecutor(4) as senders:
        list(senders.map(lambda part: burst(sandbox, part, f"{listener.url}/status"), [phones[n::4] for n in range(4)]))
    sandbox.settled(60)
    accepted = sandbox.accepted()
    assert sorted(entry["to"] for entry in accepted) == phones
    assert {entry["status"] for entry in accepted} == {"delivered"}
    words = Counter(heard.form["Body"] for heard in listener.heard if heard.path == "/in")
    assert 150 < words["STOP"] < 250 and 280 < words["Yes please"] < 440
    statuses = Counter(listener.statuses())
    assert statuses == {"sent": 2_000, "delivered": 2_000}
