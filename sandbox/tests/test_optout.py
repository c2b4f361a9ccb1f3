"""Opt-out as Twilio does it, by kind of number."""

from collections.abc import Callable
from urllib.error import HTTPError

import pytest

from sandbox.optout import classify
from sandbox.testing import RunningSandbox

PERSON = "+12125550161"
Send = Callable[..., dict[str, object]]


@pytest.mark.parametrize(
    ("kind", "body", "verb"),
    [
        ("local", " stop ", "STOP"),
        ("local", "OptOut", "STOP"),
        ("local", "revoke", "STOP"),
        ("local", "please stop", None),
        ("local", "yes", "START"),
        ("local", "info", "HELP"),
        ("toll-free", "quit", None),
        ("toll-free", "stop", "STOP"),
        ("toll-free", "yes", None),
        ("toll-free", "unstop", "START"),
        ("short-code", "stop", None),
    ],
)
def test_whole_messages_are_keywords(kind: str, body: str, verb: str | None) -> None:
    assert classify(kind, body) == verb


def test_after_stop_nothing_is_accepted_until_start(sandbox: RunningSandbox, send: Send) -> None:
    main = sandbox.numbers[0]
    sandbox.text(PERSON, main, "Stop")
    with pytest.raises(HTTPError) as caught:
        send(PERSON)
    assert caught.value.code == 400 and b"21610" in caught.value.read()
    assert sandbox.accepted() == []
    sandbox.text(PERSON, main, "START")
    assert send(PERSON)["status"] == "queued"


def test_the_network_answers_on_the_phone_and_only_once(sandbox: RunningSandbox) -> None:
    main = sandbox.numbers[0]
    for word in ("STOP", "STOP", "HELP", "START", "YES"):
        sandbox.text(PERSON, main, word)
    answers = [text["body"] for text in sandbox.texts(PERSON) if text["from"] == main]
    assert len(answers) == 3
    assert answers[0].startswith("You have successfully been unsubscribed.")
    assert answers[1] == "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
    assert answers[2].startswith("You have successfully been re-subscribed")
    listed = sandbox.api("GET", "Messages.json")["messages"]
    assert {message["direction"] for message in listed} == {"inbound"}


def test_an_opt_out_concerns_one_number(sandbox: RunningSandbox, send: Send) -> None:
    sandbox.text(PERSON, sandbox.numbers[1], "STOP")
    assert send(PERSON)["status"] == "queued"


def test_toll_free_yes_does_not_opt_back_in(sandbox: RunningSandbox, send: Send) -> None:
    toll_free = sandbox.numbers[2]
    sandbox.text(PERSON, toll_free, "stop")
    sandbox.text(PERSON, toll_free, "yes")
    with pytest.raises(HTTPError):
        send(PERSON, From=toll_free)
    sandbox.text(PERSON, toll_free, "unstop")
    assert send(PERSON, From=toll_free)["status"] == "queued"
