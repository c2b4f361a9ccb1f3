"""One text to several people: picked, looked over, sent; from the people's table; forwarded from a thread."""

import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests import axe
from tests.live import eventually, new_phones, pretty


@pytest.fixture
def three(live_app):
    """Three phones: two saved with a name of this test alone, one that nobody knows."""
    phones = new_phones(3)
    people = [{"phone": phone, "name": f"Tenant {phone[-5:]}"} for phone in phones[:2]]
    for person in people:
        live_app.api("POST", "/api/v1/contacts", person)
    return phones, [person["name"] for person in people]


def has(live_app, phone, words):
    """Whether the text is on that phone."""
    return any(text["body"] == words for text in live_app.texts_on(phone))


def pick(page, words):
    """Search in the drop-down and press what it finds."""
    page.get_by_label("Search people and groups").fill(words)
    option = page.locator("button[name=add]").filter(has_text=words)
    expect(page.locator("button[name=add]")).to_have_count(1)
    option.click()


@pytest.mark.postgres_journey
@pytest.mark.requirement("U12", "002-2")
def test_several_people_are_picked_looked_over_and_texted(page, live_app, three):
    phones, names = three
    live_app.person_texts(phones[0], "STOP")
    words = f"The water is off from nine to ten. {phones[2][-5:]}"
    page.goto("/people/")
    page.get_by_role("link", name="Send SMS").click()
    page.get_by_text("Show all contacts").click()
    for name in names:
        pick(page, name)
    picked = page.locator("[data-chips] .chip")
    expect(picked).to_have_count(2)
    page.get_by_role("button", name=f"Remove {names[1]}").click()
    expect(picked).to_have_count(1)
    page.locator("button[name=add]").click()
    expect(picked).to_have_count(2)
    page.get_by_label("To", exact=True).fill(f"{phones[2]}; {pretty(phones[1])}, nonsense")
    page.get_by_label("Message").fill(words)
    assert axe.violations(page) == []
    page.get_by_role("button", name="Send SMS").click()
    review = page.get_by_role("dialog")
    expect(review).to_contain_text("2 people get this text")
    expect(review).to_contain_text("1 person is skipped. This person opted out of texts from")
    expect(review).to_contain_text("“nonsense” This is not a phone number.")
    assert axe.violations(page) == []
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_label("Message")).to_have_value(words)
    page.get_by_role("button", name="Send SMS").click()
    page.get_by_role("button", name="Send SMS to 2 people").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 texts queued, 1 person skipped")
    assert axe.violations(page) == []
    for phone in phones[1:]:
        assert eventually(partial(has, live_app, phone, words))
    assert not has(live_app, phones[0], words)
    expect(page.locator(".list-row").filter(has_text="Delivered")).to_have_count(2, timeout=20_000)
    page.get_by_role("link", name=names[1]).click()
    expect(page.locator("#feed .bubble").filter(has_text=words)).to_have_count(1)


@pytest.mark.requirement("002-6", "002-7")
def test_ticked_people_are_texted_and_the_text_is_forwarded(page, live_app, three):
    phones, names = three
    words = f"We are back. {phones[2][-5:]}"
    page.goto(f"/people/?q=Tenant+{phones[0][-5:]}")
    page.get_by_label(f"Tick {names[0]}").check()
    page.get_by_role("button", name="Text them").click()
    expect(page.locator("[data-chips] .chip")).to_have_text([names[0]])
    page.get_by_label("Message").fill(words)
    page.get_by_role("button", name="Send SMS").click()  # one person: by hand, and we land in the thread
    bubble = page.locator("#feed .bubble").filter(has_text=words)
    expect(bubble).to_have_count(1)
    bubble.hover()
    bubble.get_by_role("link", name="Forward").click()
    expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text("New Message")
    expect(page.locator("#compose-body")).to_have_value(words)
    page.get_by_label("To", exact=True).fill(f"{phones[1]}, {phones[2]}")
    page.get_by_role("button", name="Send Message").click()
    page.get_by_role("button", name="Send Message to 2 people").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 texts queued")


@pytest.mark.requirement("002-2", "U12")
def test_all_of_it_works_without_scripts(pages, live_app, three):
    phones, names = three
    page = pages.open(java_script_enabled=False, path="/messages/new/")
    page.get_by_label("To", exact=True).fill(phones[2])
    page.get_by_label("Message").fill("Plainly")
    for name in names:
        if not page.get_by_label("Search people and groups").is_visible():
            page.get_by_text("Show all contacts").click()
        page.get_by_label("Search people and groups").fill(name)
        page.get_by_label("Search people and groups").press("Enter")
        page.locator("button[name=add]").click()
    expect(page.locator("[data-chips] .chip")).to_have_count(2)
    page.get_by_role("button", name=f"Remove {names[0]}").click()
    expect(page.get_by_label("Message")).to_have_value("Plainly")
    page.get_by_role("button", name="Send SMS").click()
    expect(page.get_by_text("2 people get this text")).to_be_visible()
    page.get_by_role("button", name="Send SMS to 2 people").click()
    expect(page).to_have_url(re.compile("/messages/many/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("2 texts queued")
