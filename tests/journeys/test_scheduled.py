"""A campaign that goes at a date: looked at beforehand, moved, stopped, begun anew, and on its way by itself."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests import axe
from tests.browser import PHONE
from tests.journeys import steps
from tests.live import new_phones


def in_words(day):
    """As pages write it: 8 March 2027."""
    return f"{day.day} {day:%B %Y}"


def tile(page, name):
    return page.locator(".simulation-tiles .tile").filter(has_text=name)


def looks_well(page):
    assert axe.violations(page) == []
    steps.no_wider_than_the_screen(page)


TEXTS = ("Spring is here, {{ first_name }}.", "Last day, {{ first_name }}.")


@pytest.fixture
def people(live_app):
    """The name of a list with Ada and Ben."""
    return steps.a_list_of(live_app, dict(zip(new_phones(2), ("Ada", "Ben"), strict=True)))


@pytest.fixture
def scheduled(page, live_app, people):
    """`page` on a campaign of which the first message goes in nine days and the second a day later."""
    first = {"body": TEXTS[0], "timing": "at", "at_date": str(steps.in_days(9)), "at_time": "10:00"}
    made = steps.a_campaign(live_app, steps.unlike("Spring"), people, [first, {"body": TEXTS[1]}])
    page.goto(f"/campaigns/{made['id']}/")
    steps.launch(page, "Schedule Campaign")
    steps.state(page, "Scheduled")
    return page


def test_its_preview_says_who_gets_what_and_when_and_for_how_much(page, people):
    steps.create(page, steps.unlike("Spring"), people)
    steps.write(page, *TEXTS, at=(steps.in_days(9), "10:00"))
    page.get_by_role("link", name="Preview", exact=True).click()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    expect(tile(page, "People")).to_contain_text("of 2 who wait")
    expect(tile(page, "Texts")).to_contain_text("4")
    expect(tile(page, "Cost")).to_contain_text(re.compile(r"\$\d"))
    expect(tile(page, "Finishes")).to_contain_text(str(steps.in_days(10).day))
    page.get_by_text("Show as table").click()
    rows = page.get_by_role("region", name="Timeline as a table").locator("tbody tr")
    expect(rows.first.locator("td")).to_have_text(["2", "0"])
    expect(rows.last.locator("td")).to_have_text(["0", "2"])
    expect(page.locator(".simulated-steps > li")).to_have_count(2)
    looks_well(page)


@pytest.mark.postgres_journey
def test_once_it_is_scheduled_only_what_nobody_has_got_can_be_moved(scheduled):
    page = scheduled
    expect(page.locator("#auto-sms")).to_contain_text("Sends by its schedule")
    steps.tab(page, "Settings")
    expect(page.get_by_text("Details are locked once scheduled")).to_be_visible()
    expect(page.get_by_label("From number")).to_be_disabled()
    expect(page.get_by_role("button", name="Save SMS campaign settings")).to_have_count(0)
    steps.tab(page, "Messages")
    expect(page.get_by_label("Message of step 1")).to_have_count(0)
    first = page.locator(".schedule-row").first
    expect(first).to_contain_text(in_words(steps.in_days(9)))
    first.get_by_text("Move").first.click()
    first.get_by_label("Date", exact=True).fill("2001-01-01")
    first.get_by_role("button", name="Move", exact=True).click()
    expect(first.locator(".field-error").first).to_be_visible()
    looks_well(page)
    first.get_by_label("Date", exact=True).fill(str(steps.in_days(12)))
    first.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("The schedule is saved. Nothing else of the campaign has changed.")).to_be_visible()
    expect(first).to_contain_text(in_words(steps.in_days(12)))
    steps.state(page, "Scheduled")
    looks_well(page)


def test_it_is_stopped_from_the_table_and_only_its_schedule_is_built_anew(scheduled):
    page = scheduled
    name = page.get_by_role("heading", level=1).inner_text()
    page.goto(f"/campaigns/?q={name}")
    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("button", name="Stop Campaign").click()
    dialog = page.get_by_role("dialog", name="Stop this campaign?")
    expect(dialog).to_contain_text("It does not begin. To give it another time later, restart it")
    dialog.get_by_role("button", name="Stop Campaign").click()
    expect(page.locator("#campaigns-table")).to_contain_text("Stopped")
    page.get_by_role("link", name=name, exact=True).click()
    steps.state(page, "Stopped")
    page.get_by_role("button", name="Restart Campaign").click()

    expect(page).to_have_url(re.compile(r"/details/$"))
    steps.state(page, "Draft")
    expect(page.get_by_role("heading", name="Rebuild the message schedule")).to_be_visible()
    expect(page.get_by_text("only the schedule of messages that nobody has got can be changed").first).to_be_visible()
    looks_well(page)
    page.get_by_label("Date", exact=True).first.fill(str(steps.in_days(15)))
    page.get_by_role("button", name="Save schedule").click()
    expect(page.get_by_text("The schedule is saved.")).to_be_visible()
    expect(page.locator(".schedule-row").first).to_contain_text(in_words(steps.in_days(15)))
    steps.tab(page, "Messages")
    expect(page.get_by_label("Message of step 1")).to_have_count(0)
    steps.tab(page, "Settings")
    expect(page.get_by_label("From number")).to_be_disabled()
    steps.launch(page, "Schedule Campaign")
    steps.state(page, "Scheduled")


def test_a_date_that_comes_while_it_is_watched(desktop, pages, live_app):
    (ada,) = new_phones(1)
    made = steps.a_campaign(live_app, steps.unlike("Now"), steps.a_list_of(live_app, {ada: "Ada"}), [])
    desktop.goto(f"/campaigns/{made['id']}/messages/")
    soon = (datetime.now(UTC) + timedelta(seconds=70)).astimezone(ZoneInfo(made["timezone"]))
    steps.write(desktop, "It is time, {{ first_name }}.", at=(soon.date(), f"{soon:%H:%M}"))
    steps.launch(desktop, "Schedule Campaign")
    steps.state(desktop, "Scheduled")
    phone = pages.open(PHONE, path=desktop.url)
    steps.tab(desktop, "Leads")
    assert steps.bodies(live_app, ada) == []
    until_then = 75_000  # ms: it goes at a full minute
    begun = re.compile("Active|Completed")  # one text takes no longer than the page needs to hear of it
    expect(phone.locator("#campaign-state")).to_have_text(begun, timeout=until_then)
    expect(desktop.locator(".lead-row")).to_contain_text("completed (finished)", timeout=steps.SOON)
    expect(phone.locator("#results-tiles")).to_contain_text(re.compile(r"Delivered\s*1"), timeout=steps.SOON)
    assert steps.got(live_app, ada) == ["It is time, Ada."]
    steps.state(desktop, "Completed")
