"""TwiML answers to an inbound text."""

import pytest

from sandbox.twiml import replies


def test_messages_are_read_in_order() -> None:
    text = (
        "<Response><Message to='+1' statusCallback='http://x/'><Body>A</Body><Media>http://p/a.png</Media></Message>"
        "<Message>B</Message></Response>"
    )
    first, second = replies("text/xml", text)
    assert (first.body, first.media, first.to, first.callback) == ("A", ["http://p/a.png"], "+1", "http://x/")
    assert second.body == "B"


@pytest.mark.parametrize(
    ("kind", "text"),
    [("text/xml", "<Response/>"), ("text/xml", ""), ("application/json", "{}"), ("image/png", "<Response/>")],
)
def test_these_ask_for_nothing(kind: str, text: str) -> None:
    assert replies(kind, text) == []


def test_plain_text_is_one_reply() -> None:
    assert [reply.body for reply in replies("text/plain", "ok")] == ["ok"]


def test_entities_are_not_expanded() -> None:
    assert replies("text/xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><Response><Message>&a;</Message></Response>") == []


def test_broken_twiml_says_so() -> None:
    with pytest.raises(ValueError):
        replies("text/xml", "<Response>")
