"""People: what is done to many at once, taken back again, and two who turn out to be one."""

import re

import pytest
from playwright.sync_api import expect

from tests import axe
from tests.journeys import steps
from tests.live import new_phones, pretty


def row(page, name):
    return page.locator(".people-row").filter(has_text=name)


def tick(page, *names):
    for name in names:
        page.get_by_label(f"Tick {name}").check()


def tick_all(page):
    """By the one box for all; phones have none."""
    boxes = page.locator("[data-all]:visible").or_(page.locator("[name=person]"))
    for box in boxes.all():
        box.check()
    expect(page.locator(".people-bulk-count")).to_have_text("Ticked people: 3")


@pytest.fixture
def three(page, live_app):
    """`page` at a search that finds Ada, Ben and Chloe of one family; returns its name."""
    family = steps.unlike("Whitfield").replace(" ", "-")
    for phone, who in zip(new_phones(3), ("Ada", "Ben", "Chloe"), strict=True):
        live_app.api("POST", "/api/v1/contacts", {"phone": phone, "first_name": who, "last_name": family})
    page.goto(f"/people/?q={family}")
    expect(page.locator(".people-row")).to_have_count(3)
    return family


@pytest.mark.postgres_journey
def test_many_are_tagged_listed_deleted_and_brought_back(page, live_app, three):
    tag, into = steps.unlike("VIP"), steps.a_list_of(live_app, {})
    page.reload()  # the list is offered
    tick(page, f"Ada {three}", f"Ben {three}")
    expect(page.locator(".people-bulk-count")).to_have_text("Ticked people: 2")
    page.get_by_role("button", name="Tags", exact=True).click()
    page.locator("#bulk-tag").get_by_label("Tag").fill(tag)
    assert axe.violations(page) == []
    steps.no_wider_than_the_screen(page)
    page.get_by_role("button", name="Tag them").click()
    expect(page.get_by_text(f"2 people have the tag {tag} now.")).to_be_visible()

    tick_all(page)
    page.get_by_role("button", name="Lists", exact=True).click()
    page.locator("#bulk-list").get_by_label("List").select_option(into)
    page.get_by_role("button", name="Put on it").click()
    expect(page.get_by_text(f"3 people are now on {into}.")).to_be_visible()

    tick(page, f"Ada {three}", f"Chloe {three}")
    page.locator(".people-bulk").get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete them").click()
    expect(page.get_by_text("2 people are deleted.")).to_be_visible()
    expect(page.locator(".people-row")).to_have_count(1)
    assert axe.violations(page) == []
    steps.no_wider_than_the_screen(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 people are back.")).to_be_visible()
    expect(page.locator(".people-row")).to_have_count(3)

    row(page, "Ada").get_by_role("link", name=f"Ada {three}").click()  # with all that they had
    for known in (tag, into):
        expect(page.get_by_role("complementary", name="About this person")).to_contain_text(known)


def test_the_deleted_are_found_and_brought_back_later(page, three):
    tick(page, f"Ben {three}")
    page.locator(".people-bulk").get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete them").click()
    expect(page.get_by_text("1 person is deleted.")).to_be_visible()
    page.goto(f"/people/?show=deleted&q={three}")
    expect(page.get_by_text("These people are deleted.")).to_be_visible()
    expect(page.locator(".people-row")).to_have_count(1)
    assert axe.violations(page) == []
    steps.no_wider_than_the_screen(page)
    tick(page, f"Ben {three}")
    page.get_by_role("button", name="Bring back").click()
    expect(page.get_by_text("1 person is back.")).to_be_visible()
    page.goto(f"/people/?q={three}")
    expect(row(page, "Ben")).to_be_visible()


@pytest.mark.postgres_journey
def test_two_people_are_merged_and_taken_apart_again(page, live_app):
    family = steps.unlike("Ortega").replace(" ", "-")
    one, other = new_phones(2)
    wanted = {one: {"first_name": "Luis", "company": "Ortega Roofing"}, other: {"first_name": "L.", "company": "Roofs"}}
    for phone, facts in wanted.items():
        live_app.api("POST", "/api/v1/contacts", {"phone": phone, "last_name": family, **facts})
    page.goto(f"/people/?q={family}")
    page.get_by_role("link", name=f"Luis {family}").click()
    page.get_by_role("main").get_by_role("button", name="More", exact=True).click()
    page.get_by_role("link", name="Merge with somebody").click()
    page.get_by_label("Search people").fill(family)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".pair")).to_have_count(1)  # not the person
    assert axe.violations(page) == []
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Merge two people")).to_be_visible()
    page.get_by_role("radio", name="Roofs", exact=True).check()
    assert axe.violations(page) == []
    steps.no_wider_than_the_screen(page)
    page.get_by_role("button", name="Merge", exact=True).click()

    expect(page.get_by_text("is one person now. You can undo it on this page.")).to_be_visible()
    under = page.locator(".person-under")
    for known in (pretty(one), pretty(other), "Roofs"):
        expect(under).to_contain_text(known)
    assert axe.violations(page) == []
    steps.no_wider_than_the_screen(page)
    kept = page.url
    page.goto(f"/people/?q={other[-7:]}")  # the other number finds the one who is left
    expect(page.locator(".people-row")).to_have_count(1)
    page.get_by_role("link", name=f"Luis {family}").click()
    expect(page).to_have_url(kept)

    merged = page.get_by_role("region", name="Merged people")
    expect(merged).to_contain_text(f"L. {family}")
    merged.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("They are two people again.")).to_be_visible()
    expect(under).to_contain_text("Ortega Roofing")
    expect(under).not_to_contain_text(pretty(other))
    page.goto(f"/people/?q={family}")
    expect(page.locator(".people-row")).to_have_count(2)
    expect(row(page, re.compile(r"^\W*L"))).to_have_count(2)
