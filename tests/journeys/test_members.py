"""Signing in, and letting a colleague in by a link."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests import axe
from tests.browser import PHONE, sign_in


@pytest.mark.parametrize("size", [(1440, 900), PHONE], ids=["wide", "narrow"])
def test_a_wrong_password_is_told_and_the_right_one_opens_messages(pages, live_app, size):
    page = pages.open(size, signed_in=False, path="/messages/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.locator("input[name=login]").fill(live_app.demo["email"])
    page.locator("input[name=password]").fill("not the password")
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_text("password you specified are not correct")).to_be_visible()
    sign_in(page, live_app.demo["email"], live_app.demo["password"])
    page.goto("/")
    expect(page).to_have_url(live_app.url + "/messages/")


@pytest.mark.postgres_journey
@pytest.mark.requirement("U19")
def test_a_colleague_joins_by_a_link_and_only_reads(newcomer, pages):
    owner = newcomer()
    owner.goto("/settings/members/")
    owner.get_by_label("Role of the new member").select_option("viewer")
    owner.get_by_role("button", name="Make a link").click()
    colleague = pages.open(signed_in=False)
    colleague.goto(owner.get_by_label("Invitation link").inner_text())
    assert axe.violations(colleague) == []
    colleague.locator("input[name=name]").fill("Ben")
    colleague.locator("input[name=email]").fill(f"ben{secrets.token_hex(3)}@example.com")
    colleague.locator("input[name=password]").fill("a password of his own")
    colleague.get_by_role("button", name="Create account and join").click()
    colleague.goto("/messages/")
    expect(colleague.get_by_text("to connect Twilio").first).to_be_visible()
    assert colleague.goto("/settings/members/").ok
    expect(colleague.get_by_text("Ben").first).to_be_visible()
    expect(colleague.get_by_role("button", name="Make a link")).to_have_count(0)
