"""Outgoing pictures: fetched from this machine, drawn for any other address."""

from collections.abc import Callable
from urllib.request import urlopen

from sandbox.picture import draw
from sandbox.testing import RunningSandbox, eventually

from .conftest import Listener

PERSON = "+12125550161"
Send = Callable[..., dict[str, object]]


def test_a_local_picture_is_fetched(sandbox: RunningSandbox, listener: Listener, send: Send) -> None:
    listener.answer = lambda heard: (200, "image/gif", "GIF89a")
    message = send(PERSON, MediaUrl=f"{listener.url}/pic.gif")
    assert message["num_media"] == "1" and str(message["sid"]).startswith("MM")
    eventually(lambda: sandbox.texts(PERSON))
    file = sandbox.texts(PERSON)[0]["media"][0]
    assert file["content_type"] == "image/gif"
    with urlopen(sandbox.url + file["url"]) as answer:
        assert answer.read() == b"GIF89a"


def test_a_missing_picture_fails_the_text(sandbox: RunningSandbox, listener: Listener, send: Send) -> None:
    listener.answer = lambda heard: (404, "text/plain", "")
    message = send(PERSON, MediaUrl=f"{listener.url}/gone.gif")
    eventually(lambda: sandbox.api("GET", f"Messages/{message['sid']}.json")["status"] == "failed")


def test_no_other_machine_is_asked(sandbox: RunningSandbox, send: Send) -> None:
    send(PERSON, MediaUrl="https://pictures.invalid/cat.jpg")
    eventually(lambda: sandbox.texts(PERSON))
    with urlopen(sandbox.url + sandbox.texts(PERSON)[0]["media"][0]["url"]) as answer:
        assert answer.read().startswith(b"\x89PNG")


def test_a_placeholder_is_always_the_same() -> None:
    assert draw("ME1") == draw("ME1") != draw("ME2")
