"""Two people text each other: the Messages page in a real browser, on the whole product."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests import axe
from tests.browser import PHONE
from tests.live import eventually, new_phones, pretty


@pytest.fixture
def dana():
    """A phone that nobody has texted with yet."""
    return new_phones(1)[0]


def row(page, phone):
    return page.locator("#rows .list-row").filter(has_text=pretty(phone))


def bubble(page, body):
    return page.locator("#feed .bubble").filter(has_text=body)


def open_thread(page, phone):
    page.goto("/messages/")
    row(page, phone).locator("a").click()
    expect(page.locator("#thread h2")).to_have_text(pretty(phone))


@pytest.mark.postgres_journey
@pytest.mark.requirement("000-13", "000-17", "000-18", "000-22", "U7")
def test_two_browsers_see_the_same_conversation_live(pages, live_app, dana):
    maria, ben = pages.open(path="/messages/"), pages.open(path="/messages/")
    live_app.person_texts(dana, "Do you have anyone who can come today?")
    for page in (maria, ben):
        expect(row(page, dana)).to_contain_text("Do you have anyone who can come today?")
        expect(row(page, dana).locator(".count")).to_have_text("1")
    row(maria, dana).locator("a").click()
    expect(bubble(maria, "come today?")).to_be_visible()
    expect(row(ben, dana).locator(".count")).to_have_count(0)  # somebody has read it
    row(ben, dana).locator("a").click()
    maria.locator("#composer-body").fill("Yes, between 2 and 4")
    maria.locator("#composer-body").press("Enter")
    expect(maria.locator("#composer-body")).to_have_value("")
    for page in (maria, ben):
        expect(bubble(page, "Yes, between 2 and 4")).to_have_count(1)
        expect(bubble(page, "Yes, between 2 and 4").locator(".status")).to_have_text("Delivered", timeout=15_000)
        expect(row(page, dana)).to_contain_text("You: Yes, between 2 and 4")
    assert [text["body"] for text in live_app.texts_on(dana)][-1] == "Yes, between 2 and 4"
    live_app.person_texts(dana, "Perfect")
    for page in (maria, ben):
        expect(bubble(page, "Perfect")).to_be_visible()


@pytest.mark.requirement("000-22")
def test_the_send_button_sends_and_shift_enter_breaks_the_line(desktop, live_app, dana):
    live_app.person_texts(dana, "Hi")
    eventually(lambda: live_app.texts_on(dana))
    open_thread(desktop, dana)
    box = desktop.locator("#composer-body")
    box.press_sequentially("Line one")
    box.press("Shift+Enter")
    box.press_sequentially("line two")
    expect(desktop.locator("segment-counter")).to_contain_text("1 segment")
    desktop.get_by_role("button", name="Send", exact=True).click()
    expect(bubble(desktop, "Line one")).to_have_count(1)
    assert eventually(lambda: live_app.texts_on(dana)[-1]["body"] == "Line one\nline two")


@pytest.mark.postgres_journey
@pytest.mark.requirement("000-23", "001-4", "002-1", "002-2")
def test_a_new_text_is_written_from_the_list(desktop, live_app, dana):
    desktop.goto("/messages/")
    desktop.get_by_role("link", name="New Message").click()
    dialog = desktop.get_by_role("dialog")
    dialog.get_by_label("To").fill("12")
    dialog.get_by_label("Message").fill("Your quote is ready")
    dialog.get_by_role("button", name="Send Message").click()
    expect(dialog.get_by_role("alert")).to_contain_text("is not a phone number")
    assert axe.violations(desktop) == []
    expect(dialog.get_by_label("Message")).to_have_value("Your quote is ready")
    dialog.get_by_label("To").fill(dana)
    dialog.get_by_label("From").select_option(index=2)
    dialog.get_by_role("button", name="Send Message").click()
    expect(desktop.locator("#thread h2")).to_have_text(pretty(dana))
    expect(bubble(desktop, "Your quote is ready")).to_have_count(1)
    assert eventually(lambda: [text["body"] for text in live_app.texts_on(dana)] == ["Your quote is ready"])
    assert live_app.texts_on(dana)[0]["from"] != live_app.number  # the line that was chosen


@pytest.mark.requirement("002-1")
@pytest.mark.parametrize("path", ["/numbers/", "/settings/twilio/"])
def test_send_sms_stands_on_every_page(desktop, path):
    desktop.goto(path)
    desktop.keyboard.press("c")
    expect(desktop.get_by_role("dialog").get_by_role("button", name="Send SMS")).to_be_visible()
    desktop.keyboard.press("Escape")
    expect(desktop.get_by_role("dialog")).to_have_count(0)


@pytest.mark.postgres_journey
@pytest.mark.requirement("000-21")
def test_on_a_phone_one_goes_from_the_list_to_the_thread_and_back(phone, live_app, dana):
    live_app.person_texts(dana, "Hi from my couch")
    phone.goto("/messages/")
    expect(phone.locator("#thread")).to_be_hidden()
    row(phone, dana).locator("a").click()
    expect(bubble(phone, "Hi from my couch")).to_be_visible()
    expect(phone.locator("#list")).to_be_hidden()
    expect(phone.locator(".rail")).to_be_hidden()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    phone.locator("#composer-body").fill("On our way")
    phone.get_by_role("button", name="Send", exact=True).click()
    expect(bubble(phone, "On our way").locator(".status")).to_have_text("Delivered", timeout=15_000)
    phone.get_by_role("link", name="Back to the list").click()
    expect(phone.locator("#list")).to_be_visible()
    expect(row(phone, dana)).to_contain_text("You: On our way")
    phone.go_back()
    expect(bubble(phone, "On our way")).to_be_visible()


def test_what_is_typed_waits_for_its_conversation(desktop, live_app, dana):
    live_app.person_texts(dana, "Hi")
    eventually(lambda: live_app.texts_on(dana))
    open_thread(desktop, dana)
    with desktop.expect_response(re.compile("/draft/")):
        desktop.locator("#composer-body").fill("We could come on")
    desktop.goto("/messages/")
    expect(row(desktop, dana)).to_contain_text("Draft: We could come on")
    row(desktop, dana).locator("a").click()
    expect(desktop.locator("#composer-body")).to_have_value("We could come on")


@pytest.mark.requirement("000-21")
def test_older_texts_load_above_without_moving_what_is_read(desktop, live_app, dana):
    start = datetime.now(UTC) - timedelta(hours=3)
    texts = [
        {
            "from": dana,
            "to": live_app.number,
            "body": f"word {n}.",
            "direction": "inbound",
            "date": (start + timedelta(minutes=n)).isoformat(),
        }
        for n in range(60)
    ]
    live_app.control("POST", "/history", {"messages": texts})
    live_app.person_texts(dana, "And now")
    desktop.goto("/messages/")
    row(desktop, dana).locator("a").click()
    expect(bubble(desktop, "And now")).to_be_in_viewport()
    expect(bubble(desktop, "word 59.")).to_have_count(1, timeout=20_000)  # the history arrives by itself
    desktop.reload()
    expect(bubble(desktop, "word 5.")).to_have_count(0)
    desktop.locator(".thread-scroll").evaluate("scroller => { scroller.scrollTop = 150 }")
    first = desktop.locator("#feed .bubble").first
    name = first.get_attribute("id")
    desktop.locator(".thread-scroll").evaluate("scroller => { scroller.scrollTop = 30 }")
    before = desktop.locator(f"#{name}").bounding_box()["y"]
    expect(bubble(desktop, "word 5.")).to_have_count(1)
    assert abs(desktop.locator(f"#{name}").bounding_box()["y"] - before) <= 3
    live_app.person_texts(dana, "Are you there?")
    pill = desktop.locator(".thread-pill button")
    expect(pill).to_have_text("1 new")
    pill.click()
    expect(bubble(desktop, "Are you there?")).to_be_in_viewport()


@pytest.mark.postgres_journey
@pytest.mark.requirement("001-10", "002-12")
def test_a_text_that_does_not_arrive_says_why(desktop, live_app, dana):
    live_app.control("PUT", "/faults", {"rules": [{"kind": "landline", "to": dana}]})
    live_app.person_texts(dana, "Call me back")
    eventually(lambda: live_app.texts_on(dana))
    open_thread(desktop, dana)
    desktop.locator("#composer-body").fill("We will")
    desktop.locator("#composer-body").press("Enter")
    failed = bubble(desktop, "We will")
    expect(failed.locator(".status")).to_have_text("Not delivered", timeout=15_000)
    expect(failed.locator(".bubble-reason small")).to_have_text("Twilio 30006")
    expect(failed.locator(".bubble-reason")).to_contain_text(re.compile(r"\w+ \w+ \w+"))
    live_app.control("PUT", "/faults", {"rules": []})
    failed.hover()
    failed.get_by_role("link", name="Why?").click()
    expect(desktop.get_by_role("dialog")).to_contain_text("Handed to Twilio")
    assert axe.violations(desktop) == []


@pytest.mark.postgres_journey
@pytest.mark.requirement("000-50")
def test_stop_takes_the_composer_away_at_once_and_start_brings_it_back(desktop, live_app, dana):
    live_app.person_texts(dana, "Hi")
    eventually(lambda: live_app.texts_on(dana))
    open_thread(desktop, dana)
    live_app.person_texts(dana, "STOP")
    expect(desktop.locator("#composer")).to_contain_text("Opted out of texts from")
    live_app.person_texts(dana, "START")
    expect(desktop.locator("#composer-body")).to_be_visible()


@pytest.mark.postgres_journey
@pytest.mark.requirement("000-9", "000-19", "000-20")
def test_search_number_picker_and_keyboard(desktop, live_app, dana):
    live_app.person_texts(dana, "Find me")
    desktop.goto("/messages/")
    expect(row(desktop, dana)).to_be_visible()
    desktop.keyboard.press("/")
    desktop.keyboard.type(dana[-7:])
    expect(desktop.locator("#rows .list-row")).to_have_count(1)
    expect(desktop).to_have_url(re.compile(r"q="))
    desktop.keyboard.press("Escape")
    desktop.keyboard.press("j")
    desktop.keyboard.press("Enter")
    expect(bubble(desktop, "Find me")).to_be_visible()
    expect(desktop.locator("#composer-body")).to_be_focused()
    desktop.keyboard.press("Escape")
    desktop.keyboard.press("u")
    expect(desktop.locator("#thread h2")).to_have_text("Pick a conversation")
    expect(row(desktop, dana).locator(".count")).to_have_text("1")
    row(desktop, dana).locator("a").click()
    expect(bubble(desktop, "Find me")).to_be_visible()
    desktop.keyboard.press("Escape")
    desktop.keyboard.press("e")
    expect(row(desktop, dana)).to_have_count(1)  # a search finds closed ones as well
    desktop.goto("/messages/")
    expect(row(desktop, dana)).to_have_count(0)
    desktop.locator(".picker").click()
    desktop.locator("#picker-menu a").nth(2).click()
    expect(desktop).to_have_url(re.compile(r"line=num_"))
    expect(desktop.locator(".picker")).not_to_have_text("All numbers")
    live_app.person_texts(dana, "I am back")  # reopens
    desktop.goto("/messages/")
    expect(row(desktop, dana)).to_contain_text("I am back")


@pytest.mark.requirement("000-6", "000-8")
def test_a_new_workspace_connects_on_the_messages_page(newcomer):
    page = newcomer()
    page.goto("/messages/")
    for label in ("Account SID", "Auth Token", "Twilio Phone Number"):
        expect(page.get_by_label(label)).to_be_visible()


def test_it_all_works_without_scripts(pages, live_app, dana):
    live_app.person_texts(dana, "Plain and simple")
    page = pages.open(java_script_enabled=False)
    assert eventually(lambda: (page.goto("/messages/"), row(page, dana).count())[1])
    row(page, dana).locator("a").click()
    page.locator("#composer-body").fill("Just as well")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(bubble(page, "Just as well")).to_have_count(1)
    page.get_by_role("link", name="Send SMS").click()
    page.get_by_label("To").fill(dana)
    page.get_by_label("Message").fill("And from its own page")
    page.get_by_role("button", name="Send SMS").click()
    expect(bubble(page, "And from its own page")).to_have_count(1)
    page.get_by_role("button", name="Mark as unread").click()
    expect(row(page, dana).locator(".count")).to_have_text("1")
