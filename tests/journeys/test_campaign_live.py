"""What somebody does on a campaign's page while texts move: nothing that is open goes away under their hands."""

import re
import time
from functools import partial

import pytest
from playwright.sync_api import expect

from tests import axe
from tests.browser import DESKTOP, PHONE
from tests.journeys import steps
from tests.live import new_phones, pretty


@pytest.fixture
def nobody(live_app):
    """The id of a draft without leads."""
    people = steps.a_list_of(live_app, {})
    made = steps.a_campaign(live_app, steps.unlike("Nobody"), people, [{"body": "Hi {{ first_name }}"}])
    return made["id"]


@pytest.fixture
def running(live_app):
    """The id of an active campaign to two people."""
    people = steps.a_list_of(live_app, dict(zip(new_phones(2), ("Ada", "Ben"), strict=True)))
    made = steps.a_campaign(live_app, steps.unlike("Live"), people, [{"body": "Hi {{ first_name }}"}])
    live_app.api("POST", f"/api/v1/campaigns/{made['id']}/launch")
    return made["id"]


def swapped(page, selector, doing):
    """Do it, and wait until the live part of the page has replaced that element."""
    old = page.locator(selector).element_handle()
    doing()
    page.wait_for_function("old => !old.isConnected", arg=old, timeout=steps.SOON)


def within_reach(page, menu):
    """It is seen, stands still, and nothing lies over it."""
    page.locator(menu).locator("a, button").last.click(trial=True)


def offset(page, menu, button):
    """How far the menu is from its button."""
    one, other = page.locator(menu).bounding_box(), page.locator(button).bounding_box()
    return round(one["x"] - other["x"]), round(one["y"] - other["y"])


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "narrow"])
def test_an_open_menu_stays_at_its_button_while_the_page_around_it_changes(pages, live_app, running, size):
    page = pages.open(size, path=f"/campaigns/{running}/")
    steps.state(page, "Active")
    for verb, button, menu in (("pause", "#act-stop", "#stop-menu"), ("resume", "#results-export", "#export-menu")):
        page.locator(button).click()
        within_reach(page, menu)
        before = offset(page, menu, button)
        swapped(page, button, partial(live_app.api, "POST", f"/api/v1/campaigns/{running}/{verb}"))
        assert offset(page, menu, button) == before
        within_reach(page, menu)
        page.keyboard.press("Escape")
        expect(page.locator(menu)).to_be_hidden()


def test_the_rest_of_the_menu_is_a_button_on_phones_alone(desktop):
    desktop.goto("/campaigns/")
    desktop.get_by_role("table").get_by_role("rowheader").get_by_role("link").first.click()
    expect(desktop.get_by_role("heading", name="Campaign Status & Actions")).to_be_visible()
    expect(desktop.locator(".rail").get_by_text("More", exact=True)).to_be_hidden()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "narrow"])
def test_every_add_leads_opens_the_menu_and_people_are_typed_one_after_the_other(pages, nobody, size):
    page = pages.open(size, path=f"/campaigns/{nobody}/leads/")
    menu = page.locator("#leads-add")
    for place in ("#campaign-stall", "#leads-table", ".leads-tools"):
        page.locator(place).get_by_role("button", name="Add leads").click()
        within_reach(page, "#leads-add")
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
    page.locator(".leads-tools").get_by_role("button", name="Add leads").click()
    page.get_by_label("Phone number").fill("12")
    page.get_by_label("Name (optional)").fill("Ada")
    page.get_by_role("button", name="Add lead", exact=True).click()
    expect(menu.get_by_role("alert")).to_contain_text("too short")
    expect(page.get_by_label("Name (optional)")).to_have_value("Ada")
    assert axe.violations(page) == []
    for phone in new_phones(2):
        page.get_by_label("Phone number").fill(pretty(phone))
        page.get_by_role("button", name="Add lead", exact=True).click()
        expect(page.get_by_label("Phone number")).to_have_value("")
        expect(page.get_by_label("Phone number")).to_be_focused()
    within_reach(page, "#leads-add")
    expect(page.locator(".lead-row")).to_have_count(2, timeout=steps.SOON)
    expect(page.locator(".toast").last).to_contain_text("is a lead now")


def test_sending_the_next_step_by_hand_says_so_also_when_the_text_is_quicker(desktop, running):
    def slowly(route):
        answer = route.fetch()
        time.sleep(1.5)  # the page has heard of the text by then
        route.fulfill(response=answer)

    desktop.goto(f"/campaigns/{running}/leads/")
    desktop.locator(".lead-link").first.click()
    desktop.route("**/send/", slowly)
    desktop.get_by_role("button", name="Send next step now").click()
    expect(desktop.get_by_text("The next step is on its way.")).to_be_attached()
    expect(desktop.locator("#lead-body .activity")).to_contain_text(re.compile("Sent|Delivered"), timeout=steps.SOON)


def test_an_editor_that_is_open_when_the_campaign_starts_stays_as_it_is(desktop, live_app, nobody):
    errors = []
    desktop.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    desktop.goto(f"/campaigns/{nobody}/messages/")
    desktop.get_by_label("Message of step 1").fill("Half a thou")
    live_app.api("POST", f"/api/v1/campaigns/{nobody}/launch")
    steps.state(desktop, "Active")
    expect(desktop.get_by_label("Message of step 1")).to_have_value("Half a thou")
    assert errors == []


def test_on_a_phone_a_draft_says_what_comes_next_in_one_line_and_shows_the_tab_one_is_on(phone, nobody):
    for path in ("", "leads/", "messages/", "details/", "settings/"):
        phone.goto(f"/campaigns/{nobody}/{path}")
        expect(phone.locator(".campaign-tabs [aria-current]")).to_be_in_viewport()
        assert phone.locator(".campaign-tab").bounding_box()["y"] < 600
    phone.get_by_text("Next: Add leads").click()
    expect(phone.locator(".workflow-rest").get_by_text("Turn on Auto SMS")).to_be_visible()
    assert axe.violations(phone) == []
