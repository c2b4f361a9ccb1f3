"""Connecting Twilio in a browser: from Messages without a connection to a reply that arrives."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import DESKTOP, PHONE
from tests.live import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.live import Live

CUSTOMER = "+12125550161"
_serial = itertools.count(10)


@pytest.fixture
def account(live_app: Live) -> dict[str, Any]:
    """An account of its own at the sandbox, with two numbers."""
    numbers = [f"+1720555{next(_serial):04d}" for _ in range(2)]
    opened: dict[str, Any] = ask("POST", f"{live_app.demo['sandbox_url']}/control/accounts", {"numbers": numbers})
    return opened | {"numbers": numbers}


@pytest.mark.postgres_journey
@pytest.mark.requirement("000-6", "000-13")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "narrow"])
def test_a_newcomer_connects_on_messages_and_a_reply_arrives(
    live_app: Live, newcomer: Callable[..., Page], account: dict[str, Any], size: tuple[int, int]
) -> None:
    page = newcomer(size=size)
    page.goto("/messages/")
    fill(page, account | {"auth_token": "not the right one"})
    page.get_by_text("does not accept this token").wait_for()
    assert page.get_by_label("Account SID").input_value() == account["account_sid"]
    assert page.get_by_label("Auth Token").input_value() == ""
    page.get_by_label("Auth Token").fill(account["auth_token"])
    page.get_by_role("button", name="Save").click()

    page.get_by_role("heading", name="Choose numbers").wait_for()
    assert page.get_by_role("checkbox", checked=True).count() == 2
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Practice mode").wait_for()

    page.goto("/numbers/")
    for _number in account["numbers"]:
        page.get_by_role("button", name="Set webhook").first.click()
        page.get_by_text("now arrive here").wait_for()
        page.goto("/numbers/")
    assert page.get_by_text("Webhook set").count() == 2

    live_app.person_texts(CUSTOMER, "Is this the new number?", to=account["numbers"][1])
    page.goto("/messages/")
    page.get_by_text("Is this the new number?").first.wait_for()


def test_somebody_else_s_webhook_is_asked_about_and_put_back(
    live_app: Live, newcomer: Callable[..., Page], account: dict[str, Any]
) -> None:
    page = newcomer()
    page.goto("/settings/twilio/")
    fill(page, account)
    page.get_by_role("link", name="Not now").click()
    sandbox, sid = live_app.demo["sandbox_url"], account["account_sid"]
    zapier = "https://hooks.zapier.com/hooks/catch/1/abc/"
    point(sandbox, sid, account["auth_token"], account["numbers"][0], zapier)
    page.goto("/numbers/")
    page.get_by_role("button", name="Set webhook").click()
    page.get_by_text(zapier).first.wait_for()
    page.get_by_role("button", name="Replace Zapier").click()
    page.get_by_role("button", name="Put back Zapier").click()
    page.get_by_text("go to Zapier again").wait_for()


def fill(page: Page, account: dict[str, Any]) -> None:
    """Type the credentials and save."""
    page.get_by_label("Account SID").fill(account["account_sid"])
    page.get_by_label("Auth Token").fill(account["auth_token"])
    page.get_by_label("Twilio Phone Number").fill(account["numbers"][0])
    page.get_by_label("Account at").select_option(label="The sandbox on this machine (practice)")
    page.get_by_role("button", name="Save").click()


def point(sandbox: str, sid: str, token: str, number: str, url: str) -> None:
    """Set a number's SmsUrl at the sandbox, as another tool would."""
    from threadline.twilio.client import Client

    client = Client(sid, token, sandbox)
    found = next(one for one in client.numbers() if one.phone == number)
    client.set_sms_url(found.sid, url)
