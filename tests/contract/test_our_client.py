"""Every request our own client makes is one that Twilio knows: the fixture holds each against the table of shapes."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sandbox.testing import RunningSandbox
from threadline.lib import clock
from threadline.messaging.dispatch.addresses import Addresses
from threadline.messaging.dispatch.claim import Claimed
from threadline.numbers.models import Connection
from threadline.twilio.client import CarrierError, Client
from threadline.twilio.flight import Flight
from threadline.twilio.outcomes import Accepted, Outcome

PERSON = "+12125550161"


@pytest.fixture
def ours(sandbox: RunningSandbox) -> Client:
    """Our client on the sandbox's main account."""
    return Client(sandbox.account_sid, sandbox.auth_token, sandbox.url)


@pytest.fixture
def flight() -> Iterator[Flight]:
    """What carries the texts."""
    flight = Flight(limit=4, total_timeout=10)
    yield flight
    flight.close()


def fly(sandbox: RunningSandbox, flight: Flight, body: str, media: tuple[str, ...] = ()) -> Outcome:
    """Send one text with the parameters that the dispatcher gives it."""
    addresses = Addresses()
    connection = Connection(base_url=sandbox.url, account_sid=sandbox.account_sid, hook_key="key")
    addresses.known[1] = (time.monotonic(), connection, sandbox.auth_token)
    until = clock.now() + timedelta(hours=1)
    where = {"connection_id": 1, "workspace_id": 1, "address": PERSON, "line": sandbox.numbers[0]}
    entry: Any = SimpleNamespace(**where, body=body, media_urls=media, not_after=until)
    flight.submit("text", *addresses.request(Claimed(cast(Any, entry), "att_1")))
    while not (landed := flight.poll(10)):
        pass
    return landed[0].outcome


def test_texts_fly_with_parameters_twilio_knows(sandbox: RunningSandbox, flight: Flight, settings: Any) -> None:
    settings.THREADLINE_URL = "https://texts.example.com"
    sandbox.faults({"kind": "lose_callback"})
    for body, media in (("Hé ✓ 😀", ()), ("", ("https://example.com/a.jpg", "https://example.com/b.jpg"))):
        assert isinstance(fly(sandbox, flight, body, media), Accepted)
    params = dict(cast(Any, sandbox.requests()[-1]["params"]))
    assert params["StatusCallback"].startswith("https://texts.example.com/")
    assert 3500 < int(params["ValidityPeriod"]) <= 3600


def test_what_is_rare_asks_in_twilios_words(sandbox: RunningSandbox, ours: Client) -> None:
    assert ours.account().status == "active"
    assert ours.balance().currency == "USD"
    number = ours.numbers()[0]
    assert ours.set_sms_url(number.sid, "https://texts.example.com/api/incoming-sms").sms_method == "POST"
    assert ours.number(number.sid).sms_url == "https://texts.example.com/api/incoming-sms"
    assert ours.set_sms_url(number.sid, "").sms_url == ""


def test_services_and_their_numbers_are_asked_for_in_twilios_words(sandbox: RunningSandbox) -> None:
    own = sandbox.open_account(numbers=["+17025550130", "+17025550131"])
    document = {"account_sid": own["account_sid"], "numbers": own["numbers"]}
    service = sandbox.control("POST", "services", document)["sid"]
    assert set(Client(own["account_sid"], own["auth_token"], sandbox.url).pools().values()) == {service}


def test_lists_are_paged_in_twilios_words(sandbox: RunningSandbox, ours: Client) -> None:
    main = sandbox.numbers[0]
    sandbox.history([{"from": PERSON, "to": main, "body": f"{n}", "date": f"2026-01-0{n}"} for n in range(1, 8)])
    pages = list(ours.messages(to=main, from_=PERSON, since=datetime(2026, 1, 3, tzinfo=UTC), page_size=2))
    assert [[text.body for text in page] for page in pages] == [["7", "6"], ["5", "4"], ["3"]]
    assert ours.message(pages[0][0].sid).body == "7"


def test_files_are_fetched_in_twilios_words(sandbox: RunningSandbox, ours: Client) -> None:
    text = sandbox.text(PERSON, sandbox.numbers[0], "", [{"content_type": "image/png"}])
    (file,) = ours.media(text["sid"])
    with ours.fetch_media(text["sid"], file.url) as download:
        assert b"".join(download.chunks()).startswith(b"\x89PNG")


def test_what_twilio_refuses_we_hear_of(sandbox: RunningSandbox) -> None:
    with pytest.raises(CarrierError) as caught:
        Client(sandbox.account_sid, "wrong", sandbox.url).account()
    assert (caught.value.kind, caught.value.code) == ("credentials", 20003)
