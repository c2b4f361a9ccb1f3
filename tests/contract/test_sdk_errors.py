"""The official SDK meets every error that the sandbox can give when a text is created."""

from typing import Any

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from sandbox.testing import RunningSandbox
from tests.contract.conftest import sdk

PERSON = "+12125550161"


def refused(client: Client, **fields: Any) -> tuple[int, int | None]:
    """HTTP status and code of a text that is refused."""
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(**fields)
    return caught.value.status, caught.value.code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "not a number"}, 21211),
        ({"to": "+1212555"}, 21211),
        ({"to": ""}, 21604),
        ({"from_": None}, 21603),
        ({"from_": "@!"}, 21212),
        ({"from_": "+19075550100"}, 21660),
        ({"from_": "+19072220100"}, 21659),
        ({"from_": "whatsapp:+14155550110"}, 63007),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"media_url": ["cat.jpg"]}, 21620),
        ({"media_url": [f"https://example.com/{n}.jpg" for n in range(11)]}, 21623),
        ({"status_callback": "example.com/x"}, 21609),
        ({"status_callback": "https://my_host.example.com/x"}, 21609),
        ({"validity_period": 0}, 21624),
        ({"to": "+442079460958", "media_url": ["https://example.com/cat.jpg"]}, 21612),
        ({"schedule_type": "fixed", "send_at": "2030-01-01T00:00:00Z"}, 35118),
        ({"to": "+15005550001"}, 21211),
        ({"to": "+15005550002"}, 21612),
        ({"to": "+15005550003"}, 21408),
        ({"to": "+15005550004"}, 21610),
        ({"to": "+15005550009"}, 21614),
    ],
)
def test_a_bad_text_is_refused(client: Client, sandbox: RunningSandbox, changes: dict[str, Any], code: int) -> None:
    fields = {"to": PERSON, "from_": sandbox.numbers[0], "body": "Hi", **changes}
    assert refused(client, **fields) == (400, code)
    assert sandbox.accepted() == []


def test_a_number_cannot_text_itself(client: Client, sandbox: RunningSandbox) -> None:
    main = sandbox.numbers[0]
    assert refused(client, to=main, from_=main, body="Hi") == (400, 21266)


def test_a_body_of_exactly_1600_characters_goes_out(client: Client, sandbox: RunningSandbox) -> None:
    assert client.messages.create(to=PERSON, from_=sandbox.numbers[0], body="é" * 1600).num_segments == "11"


def test_ten_pictures_go_out(client: Client, sandbox: RunningSandbox) -> None:
    urls = [f"https://example.com/{n}.jpg" for n in range(10)]
    message = client.messages.create(to=PERSON, from_=sandbox.numbers[0], media_url=urls)
    assert message.num_media == "10"


@pytest.mark.parametrize("where", ["sid", "token"])
def test_wrong_credentials(sandbox: RunningSandbox, where: str) -> None:
    stranger = sdk(sandbox, "AC" + "1" * 32) if where == "sid" else sdk(sandbox, auth_token="wrong")
    assert refused(stranger, to=PERSON, from_=sandbox.numbers[0], body="Hi") == (401, 20003)


def test_a_foreign_account_is_out_of_reach(client: Client, sandbox: RunningSandbox) -> None:
    other = sandbox.open_account()
    with pytest.raises(TwilioRestException) as caught:
        client.api.accounts(other["account_sid"]).fetch()
    assert (caught.value.status, caught.value.code) == (401, 20003)


def test_a_parent_reaches_its_subaccount(client: Client, sandbox: RunningSandbox) -> None:
    child = sandbox.open_account(owner=sandbox.account_sid)
    assert client.api.accounts(child["account_sid"]).fetch().owner_account_sid == sandbox.account_sid


def test_a_trial_account_texts_only_verified_people(sandbox: RunningSandbox) -> None:
    account = sandbox.open_account("Trial", numbers=["+17025550177"], verified=[PERSON])
    client = sdk(sandbox, account["account_sid"], account["auth_token"])
    try:
        assert client.api.accounts(account["account_sid"]).fetch().type == "Trial"
        assert refused(client, to="+13055550172", from_="+17025550177", body="Hi") == (400, 21608)
        sent = client.messages.create(to=PERSON, from_="+17025550177", body="Hi")
        assert sent.body == "Sent from your Twilio trial account - Hi"
    finally:
        client.incoming_phone_numbers.list()[0].delete()


@pytest.mark.parametrize(
    ("sender", "code"), [("+15005550001", 21212), ("+15005550007", 21606), ("+15005550008", 21611), (PERSON, 21606)]
)
def test_test_credentials_know_magic_senders(sandbox: RunningSandbox, sender: str, code: int) -> None:
    client = sdk(sandbox, sandbox.test_account_sid, sandbox.test_auth_token)
    assert refused(client, to="+13055550172", from_=sender, body="Hi") == (400, code)


def test_test_credentials_keep_nothing(sandbox: RunningSandbox) -> None:
    client = sdk(sandbox, sandbox.test_account_sid, sandbox.test_auth_token)
    assert client.messages.create(to=PERSON, from_="+15005550006", body="Hi").status == "queued"
    assert sandbox.accepted() == []
    with pytest.raises(TwilioException, match="HTTP 403 .*20008"):
        client.messages.list()


def test_a_suspended_account_is_refused(sandbox: RunningSandbox) -> None:
    account = sandbox.open_account()
    sandbox.control("POST", f"accounts/{account['account_sid']}", {"status": "suspended"})
    client = sdk(sandbox, account["account_sid"], account["auth_token"])
    assert refused(client, to=PERSON, from_="+14155550110", body="Hi")[0] == 403


def test_other_products_are_not_there(client: Client) -> None:
    with pytest.raises(TwilioException, match="HTTP 404 .*20404"):
        client.verify.v2.services.list()


def test_too_many_requests(client: Client, sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "http", "status": 429, "count": 1})
    assert refused(client, to=PERSON, from_=sandbox.numbers[0], body="Hi") == (429, 20429)


def test_loopback_callbacks_are_refused_when_asked_to(client: Client, sandbox: RunningSandbox) -> None:
    sandbox.faults(refuse_loopback_callbacks=True)
    fields = {"to": PERSON, "from_": sandbox.numbers[0], "body": "Hi", "status_callback": "http://127.0.0.1:8000/x"}
    assert refused(client, **fields) == (400, 21609)


@pytest.mark.parametrize("token", ["XX1", "PASM" + "0" * 32])
def test_a_bad_page_token(client: Client, token: str) -> None:
    with pytest.raises(TwilioException, match="HTTP 400 .*21481"):
        client.messages.page(page_token=token)
