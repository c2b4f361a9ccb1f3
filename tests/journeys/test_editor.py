"""Writing the messages of a campaign in a real browser: schedules, files, emoji, order, with scripts and without."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests import axe
from tests.browser import DESKTOP, PHONE
from tests.journeys.steps import SOON, in_days, no_wider_than_the_screen, tab

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def create(page):
    page.goto("/campaigns/new/")
    page.get_by_label("Campaign Name").fill(f"Spring {secrets.token_hex(3)}")
    page.get_by_label("Contact List").select_option(label="New list: I'll add leads next")
    page.get_by_label("I understand that I am required").check()
    page.get_by_role("button", name="Save Campaign").click()
    expect(page.get_by_role("heading", name="Messages", exact=True)).to_be_visible()


def bodies(page):
    return [area.input_value() for area in page.locator("[name=step_body]").all()]


def save(page):
    page.get_by_role("button", name="Save messages").click()
    expect(page.get_by_text("The messages are saved.")).to_be_visible()


@pytest.mark.requirement("003-5", "U20", "U21")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "narrow"])
def test_messages_are_written_with_files_emoji_and_their_own_schedules(pages, size):
    page = pages.open(size)
    create(page)
    page.get_by_role("button", name="Send at a date").click()
    page.get_by_label("Date", exact=True).fill(str(in_days(9)))
    page.get_by_label("Message of step 1").fill("Spring is here")
    first = page.locator(".step-edit").first
    first.get_by_label("Attach files").set_input_files({"name": "roses.png", "mimeType": "image/png", "buffer": PNG})
    expect(first.get_by_text("roses.png")).to_be_visible()
    expect(first.get_by_text("MMS: one message")).to_be_visible(timeout=SOON)
    first.get_by_role("button", name="Insert an emoji").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message of step 1")).to_have_value("Spring is here😀")
    page.get_by_role("button", name="Add Message").click()
    page.keyboard.type("Last day")
    expect(page.get_by_label("Wait (hours)").locator("visible=true")).to_have_count(1)
    page.get_by_label("When").nth(1).select_option(label="At a date and time")
    expect(page.get_by_label("Wait (hours)").locator("visible=true")).to_have_count(0)
    page.get_by_label("Date", exact=True).nth(1).fill(str(in_days(20)))
    page.get_by_role("button", name="Insert a step before step 2").click()
    page.keyboard.type("Did you see it?")
    page.get_by_role("button", name="Move step 2 down").click()
    page.get_by_role("button", name="Move step 3 up").click()
    page.get_by_role("button", name="Use “Reply STOP to opt out.”").click()
    expect(page.locator("#preview")).to_contain_text("Reply STOP to opt out.", timeout=SOON)
    assert axe.violations(page) == []
    no_wider_than_the_screen(page)
    save(page)
    assert bodies(page) == ["Spring is here😀", "Did you see it?", "Last day"]
    expect(page.get_by_text("roses.png")).to_be_visible()
    expect(page.get_by_role("button", name="Send at a date")).to_have_attribute("aria-pressed", "true")


@pytest.mark.requirement("003-5", "U21")
def test_without_scripts_the_editor_does_the_same(pages):
    page = pages.open(java_script_enabled=False)
    create(page)
    page.get_by_label("Message of step 1").fill("Spring is here")
    page.get_by_role("button", name="Send at a date").click()
    page.get_by_label("Date", exact=True).fill("2001-01-01")
    page.get_by_role("button", name="Add Message").click()
    page.get_by_label("Message of step 2").fill("First of all")
    file = {"name": "roses.png", "mimeType": "image/png", "buffer": PNG}
    page.locator(".step-edit").nth(1).get_by_label("Attach files").set_input_files(file)
    page.get_by_role("button", name="Attach", exact=True).nth(1).click()
    expect(page.get_by_text("roses.png")).to_be_visible()
    page.get_by_role("button", name="Save messages").click()
    expect(page.get_by_text(re.compile("Choose a date within|has passed"))).to_be_visible()
    page.get_by_label("Date", exact=True).first.fill(str(in_days(9)))
    save(page)
    page.get_by_role("button", name="Move step 2 up").click()
    assert bodies(page) == ["First of all", "Spring is here"]


@pytest.mark.requirement("000-35")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_send_anytime_returns_to_24_7_from_the_hours_of_a_working_week(pages, scripts):
    page = pages.open(java_script_enabled=scripts)
    create(page)
    tab(page, "Settings")
    page.get_by_label("Start time").fill("09:00")
    page.get_by_label("End time").fill("17:00")
    for day in ("Sat", "Sun"):
        page.get_by_label(day, exact=True).uncheck()
    page.get_by_role("button", name="Save SMS campaign settings").click()
    expect(page.locator("#campaign-rail")).to_contain_text("Mon–Fri, 09:00–17:00")
    page.get_by_role("button", name="Send anytime (no window)").click()
    for day in ("Mon", "Sat", "Sun"):
        expect(page.get_by_label(day, exact=True)).to_be_checked()
    expect(page.get_by_label("Start time")).to_have_value("")
    page.get_by_role("button", name="Save SMS campaign settings").click()
    expect(page.locator("#campaign-rail")).to_contain_text("Anytime")


def test_send_anytime_takes_what_was_wrong_with_the_hours_away(page):
    create(page)
    tab(page, "Settings")
    page.get_by_label("Start time").fill("17:00")
    page.get_by_label("End time").fill("09:00")
    page.get_by_role("button", name="Save SMS campaign settings").click()
    expect(page.get_by_text("The end time has to be after the start time")).to_be_visible()
    page.get_by_role("button", name="Send anytime (no window)").click()
    expect(page.get_by_text("The end time has to be after the start time")).to_be_hidden()
    expect(page.get_by_label("End time")).not_to_have_attribute("aria-invalid", "true")
