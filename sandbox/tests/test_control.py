"""The control API: accounts, history, records, and who may use it."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from sandbox.testing import ControlError, RunningSandbox, running_sandbox

PERSON = "+12125550161"
Send = Callable[..., dict[str, object]]


def test_the_first_start_brings_an_account_with_four_numbers(sandbox: RunningSandbox) -> None:
    account = sandbox.control("GET", "account")
    assert account["account_sid"].startswith("AC") and account["type"] == "Full"
    assert account["numbers"] == ["+14155550110", "+18135550120", "+18005550199", "+16135550140"]
    names = [
        number["friendly_name"] for number in sandbox.api("GET", "IncomingPhoneNumbers.json")["incoming_phone_numbers"]
    ]
    assert names[:2] == ["Main line", "Tampa PPC"]


def test_another_account_with_its_own_numbers(sandbox: RunningSandbox) -> None:
    account = sandbox.open_account(numbers=["+17025550101"])
    assert account["numbers"] == ["+17025550101"]
    with pytest.raises(ControlError, match="already in use"):
        sandbox.open_account(numbers=["+17025550101"])


def test_a_number_is_bought_and_taken_away(sandbox: RunningSandbox, send: Send) -> None:
    bought = sandbox.buy("+18085550142")
    assert sandbox.sid_of("+18085550142") == bought["sid"]
    send(PERSON, From="+18085550142")
    sandbox.release("+18085550142")
    with pytest.raises(HTTPError) as caught:
        send(PERSON, From="+18085550142")
    assert json.load(caught.value)["code"] == 21660
    with pytest.raises(ControlError, match="no account"):
        sandbox.text(PERSON, "+18085550142", "Anybody there?")


def test_a_rotated_token_still_signs_in(sandbox: RunningSandbox) -> None:
    account = sandbox.open_account()
    rotated = sandbox.control("POST", f"accounts/{account['account_sid']}", {"rotate_token": True})
    assert rotated["auth_token"] != account["auth_token"]


def test_history_puts_texts_in_without_webhooks(sandbox: RunningSandbox) -> None:
    sids = sandbox.history(
        [
            {
                "from": PERSON,
                "to": sandbox.numbers[0],
                "body": "Do you open on Sunday?",
                "date": "2026-03-01T09:00:00Z",
            },
            {
                "from": sandbox.numbers[0],
                "to": PERSON,
                "body": "Yes",
                "date": "2026-03-01T09:05:00Z",
                "status": "failed",
                "error_code": 30003,
                "media": ["https://example.com/map.jpg"],
            },
        ]
    )
    listed = sandbox.api("GET", "Messages.json")["messages"]
    assert [message["sid"] for message in listed] == sids[::-1]
    assert (listed[0]["error_code"], listed[0]["num_media"]) == (30003, "1")
    assert sandbox.webhooks() == []
    assert sandbox.control("GET", "handsets")["handsets"][0]["phone"] == PERSON


def test_history_of_strangers_is_refused(sandbox: RunningSandbox) -> None:
    with pytest.raises(ControlError, match="no account owns"):
        sandbox.history([{"from": "+19075550100", "to": PERSON, "body": "?"}])


def test_requests_are_recorded_without_credentials(sandbox: RunningSandbox, send: Send) -> None:
    send(PERSON)
    last = sandbox.requests()[-1]
    assert (last["method"], last["host"], last["status"]) == ("POST", "api.twilio.com", 201)
    assert ["To", PERSON] in last["params"]
    assert sandbox.auth_token not in json.dumps(last)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Content-Type": "application/json"},
        {"Origin": "null", "Content-Type": "application/json"},
        {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"},
        {"Host": "evil.example", "Content-Type": "application/json"},
    ],
)
def test_a_strangers_page_cannot_drive_it(sandbox: RunningSandbox, headers: dict[str, str]) -> None:
    request = Request(f"{sandbox.url}/control/reset", b"{}", headers, method="POST")
    with pytest.raises(HTTPError) as caught:
        urlopen(request)
    assert caught.value.code == 403


def test_a_rebound_name_cannot_read_the_token(sandbox: RunningSandbox) -> None:
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(f"{sandbox.url}/control/account", headers={"Host": "evil.example"}))
    assert caught.value.code == 403


def test_state_survives_a_restart(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as first:
        sid, token = first.account_sid, first.auth_token
        first.text(PERSON, first.numbers[0], "remember me")
    with running_sandbox(tmp_path) as second:
        assert (second.account_sid, second.auth_token) == (sid, token)
        assert [text["body"] for text in second.texts(PERSON)] == ["remember me"]


def test_a_reset_with_accounts_starts_over(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as sandbox:
        before = sandbox.account_sid
        sandbox.reset(accounts=True)
        assert sandbox.account_sid != before and len(sandbox.numbers) == 4
