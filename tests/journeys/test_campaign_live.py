"""What somebody does on a campaign's page while texts move: nothing that is open goes away under their hands."""

from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser import DESKTOP, PHONE
from tests.journeys import steps
from tests.live import new_phones


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
