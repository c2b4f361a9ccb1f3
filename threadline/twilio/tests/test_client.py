from collections.abc import Iterator
from datetime import timedelta

import pytest

from sandbox.testing import RunningSandbox, running_sandbox
from threadline.lib import clock
from threadline.twilio.client import CarrierError, Client

ANN = "+14155550199"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[Client]:
    yield Client(sandbox.account_sid, sandbox.auth_token, sandbox.url)
    sandbox.faults()


def test_credentials_that_work_name_the_account(client: Client, sandbox: RunningSandbox) -> None:
    account = client.account()
    assert (account.sid, account.status) == (sandbox.account_sid, "active")
    assert account.type in {"Full", "Trial"}
    assert client.balance().currency == "USD"


def test_a_wrong_token_is_told_apart(sandbox: RunningSandbox) -> None:
    with pytest.raises(CarrierError) as raised:
        Client(sandbox.account_sid, "0" * 32, sandbox.url).account()
    assert (raised.value.kind, raised.value.code) == ("credentials", 20003)
    assert "auth token" in raised.value.sentence


def test_an_account_that_nobody_reaches_is_unreachable() -> None:
    with pytest.raises(CarrierError) as raised:
        Client("AC" + "0" * 32, "secret-token", "http://127.0.0.1:9", timeout=1).account()
    assert raised.value.kind == "unreachable"
    assert "secret-token" not in str(raised.value)


def test_credentials_are_not_sent_to_just_any_host() -> None:
    with pytest.raises(CarrierError, match="not Twilio's"):
        Client("AC" + "0" * 32, "t", "http://192.0.2.7")


def test_region_and_edge_of_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch, sandbox: RunningSandbox
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    Client(sandbox.account_sid, sandbox.auth_token, sandbox.url).account()
    assert sandbox.requests()[-1]["host"] == "api.twilio.com"


def test_numbers_are_listed_with_what_they_can_do(client: Client, sandbox: RunningSandbox) -> None:
    numbers = {number.phone: number for number in client.numbers()}
    assert set(sandbox.numbers) <= set(numbers)
    assert numbers[sandbox.numbers[0]].capabilities["sms"] is True
    assert numbers[sandbox.numbers[0]].sid.startswith("PN")


def test_a_numbers_webhook_can_be_set_read_and_cleared(client: Client) -> None:
    number = client.numbers()[0]
    assert (
        client.set_sms_url(number.sid, "https://app.example.com/hooks/k/sms").sms_url
        == "https://app.example.com/hooks/k/sms"
    )
    again = client.number(number.sid)
    assert (again.sms_url, again.sms_method) == ("https://app.example.com/hooks/k/sms", "POST")
    assert client.set_sms_url(number.sid, "").sms_url == ""


def test_it_reads_which_service_each_number_is_in(
    client: Client, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadline.twilio.client.PAGE_SIZE", 1)
    assert client.pools() == {}
    made = [
        sandbox.control("POST", "services", {"friendly_name": name, "numbers": phones})["sid"]
        for name, phones in (("Intake", sandbox.numbers[:2]), ("Sales", sandbox.numbers[2:3]), ("Empty", []))
    ]
    sids = {number.phone: number.sid for number in client.numbers()}
    first, second, third = (sids[phone] for phone in sandbox.numbers[:3])
    assert client.pools() == {first: made[0], second: made[0], third: made[1]}
    sandbox.reset(accounts=True)


def test_texts_are_paged_newest_first_with_typed_fields(client: Client, sandbox: RunningSandbox) -> None:
    sandbox.reset()
    for number in range(5):
        sandbox.text(ANN, sandbox.numbers[0], f"text {number}")
    sandbox.settled()
    pages = list(client.messages(page_size=2))
    assert [len(page) for page in pages] == [2, 2, 1]
    records = [record for page in pages for record in page]
    assert {record.body for record in records} == {f"text {number}" for number in range(5)}
    first = records[0]
    assert first.inbound
    assert (first.from_, first.to, first.status) == (ANN, sandbox.numbers[0], "received")
    assert (first.num_segments, first.num_media, first.error_code) == (1, 0, None)
    assert abs(clock.now() - first.created_at) < timedelta(minutes=5)
    assert client.message(first.sid) == first


def test_texts_can_be_listed_between_two_numbers(client: Client, sandbox: RunningSandbox) -> None:
    sandbox.reset()
    sandbox.text(ANN, sandbox.numbers[0], "mine")
    sandbox.text("+14155550188", sandbox.numbers[0], "other")
    sandbox.settled()
    found = [record.body for page in client.messages(to=sandbox.numbers[0], from_=ANN) for record in page]
    assert found == ["mine"]
    assert list(client.messages(to="+14155550111")) == []
    recent = [record.body for page in client.messages(since=clock.now() - timedelta(days=1)) for record in page]
    assert sorted(recent) == ["mine", "other"]


def test_a_missing_text_is_refused_with_its_code(client: Client) -> None:
    with pytest.raises(CarrierError) as raised:
        client.message("SM" + "0" * 32)
    assert (raised.value.kind, raised.value.code) == ("refused", 20404)


def test_a_picture_is_fetched_from_its_message(client: Client, sandbox: RunningSandbox) -> None:
    sandbox.reset()
    message = sandbox.text(ANN, sandbox.numbers[0], "look", media=[{"content_type": "image/png"}])
    sandbox.settled()
    (media,) = client.media(message["sid"])
    assert media.content_type == "image/png"
    with client.fetch_media(message["sid"], media.url) as file:
        data = b"".join(file.chunks())
        assert file.content_type == "image/png"
        assert data.startswith(b"\x89PNG")
    hooked = f"{sandbox.url}/2010-04-01/Accounts/{sandbox.account_sid}/Messages/{message['sid']}/Media/{media.sid}"
    with client.fetch_media(message["sid"], hooked) as file, pytest.raises(CarrierError) as raised:
        list(file.chunks(largest=10))
    assert raised.value.code == 11751


def test_a_picture_that_is_not_there_yet_says_so(client: Client, sandbox: RunningSandbox) -> None:
    message = sandbox.text(ANN, sandbox.numbers[0], "look")
    url = (
        f"https://api.twilio.com/2010-04-01/Accounts/{sandbox.account_sid}/Messages/{message['sid']}/Media/ME{'0' * 32}"
    )
    with pytest.raises(CarrierError) as raised:
        client.fetch_media(message["sid"], url)
    assert raised.value.code == 20404


def test_a_foreign_picture_is_not_fetched(client: Client) -> None:
    with pytest.raises(CarrierError, match="not Twilio's"):
        client.fetch_media("SM" + "0" * 32, "https://evil.example/a.png")
