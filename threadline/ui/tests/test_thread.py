"""The thread and the composer in real Chromium: nothing jumps, nothing is sent twice, nothing typed is lost."""

import pytest
from playwright.sync_api import expect

APPEND = """(html) => document.querySelector("#feed").insertAdjacentHTML("beforeend", html)"""
PREPEND = """(html) => document.querySelector("#feed").insertAdjacentHTML("afterbegin", html)"""
GAP = (
    "() => { const s = document.querySelector('.thread-scroll'); return s.scrollHeight - s.scrollTop - s.clientHeight }"
)
TOP = "(id) => Math.round(document.getElementById(id).getBoundingClientRect().top)"


def bubble(name, text="Hello", attributes=""):
    return f'<li class="bubble bubble-inbound" id="{name}" {attributes}><div class="bubble-body">{text}</div></li>'


@pytest.fixture
def thread(page):
    page.goto("/thread/")
    page.wait_for_function("() => document.querySelector('.thread-scroll').scrollTop > 0")
    return page


def scroll_to_the_middle(page):
    page.evaluate("document.querySelector('.thread-scroll').scrollTop = 700")
    page.wait_for_timeout(60)


def test_it_opens_at_the_newest_text_and_stays_there(thread):
    assert thread.evaluate(GAP) < 2
    thread.evaluate(APPEND, bubble("new1"))
    thread.wait_for_timeout(50)
    assert thread.evaluate(GAP) < 2
    expect(thread.locator(".thread-pill")).to_be_hidden()


def test_while_you_read_above_nothing_moves_and_a_pill_counts(thread):
    scroll_to_the_middle(thread)
    before = thread.evaluate(TOP, "m20")
    thread.evaluate(APPEND, bubble("new1") + bubble("new2"))
    expect(thread.locator(".pill")).to_have_text("2 new")
    assert thread.evaluate(TOP, "m20") == before
    thread.locator(".pill").click()
    thread.wait_for_function(f"() => ({GAP})() < 2")
    expect(thread.locator(".thread-pill .pill")).to_be_hidden()


def test_older_texts_arrive_above_without_moving_what_you_read(thread):
    scroll_to_the_middle(thread)
    before = thread.evaluate(TOP, "m20")
    older = '<li class="day" id="day-1">Monday</li>' + "".join(bubble(f"old{n}") for n in range(20))
    thread.evaluate(PREPEND, older)
    thread.wait_for_timeout(50)
    assert abs(thread.evaluate(TOP, "m20") - before) <= 1
    assert thread.locator("#day-1").count() == 1
    assert thread.evaluate("document.querySelector('#feed').firstElementChild.id") == "day-1"


def test_a_fresh_copy_takes_the_place_of_the_old_one(thread):
    thread.evaluate(APPEND, bubble("m20", "Text 20, delivered"))
    thread.wait_for_timeout(50)
    assert thread.locator("[id=m20]").count() == 1
    assert thread.locator("#m19 + #m20").inner_text() == "Text 20, delivered"


def test_enter_sends_once_and_the_bubble_becomes_the_real_one(thread, site):
    site.gate.clear()
    field = thread.locator("#body")
    field.fill("On my way")
    field.press("Enter")
    expect(thread.locator(".bubble-pending")).to_have_text("On my way")
    expect(field).to_have_value("")
    field.press("Enter")
    site.gate.set()
    expect(thread.locator("#sent1")).to_have_text("On my way")
    expect(thread.locator(".bubble-pending")).to_have_count(0)
    assert [post["body"] for post in site.posts] == ["On my way"]
    assert thread.evaluate(GAP) < 2


def test_every_text_has_a_token_of_its_own(thread, site):
    for number in (1, 2):
        thread.locator("#body").fill("Same words")
        thread.locator("#body").press("Enter")
        expect(thread.locator(f"#sent{number}")).to_be_visible()
    first, second = (post["token"] for post in site.posts)
    assert first and second and first != second


def test_the_stream_may_bring_the_text_before_the_answer_does(thread, site):
    site.gate.clear()
    thread.locator("#body").fill("Quick")
    thread.locator("#body").press("Enter")
    token = thread.locator("[data-pending]").get_attribute("data-pending")
    thread.evaluate(APPEND, bubble("sent1", "Quick", f'data-token="{token}"'))
    site.gate.set()
    thread.wait_for_timeout(200)
    assert thread.locator("[id=sent1]").count() == 1
    assert thread.locator("[data-pending]").count() == 0


def test_shift_enter_breaks_the_line_and_an_empty_text_is_not_sent(thread, site):
    field = thread.locator("#body")
    field.press("Enter")
    field.press_sequentially("One")
    field.press("Shift+Enter")
    field.press_sequentially("Two")
    expect(field).to_have_value("One\nTwo")
    assert site.posts == []


def test_a_held_down_key_sends_nothing_more(thread, site):
    field = thread.locator("#body")
    field.fill("Once")
    thread.evaluate(
        """() => { for (const repeat of [true, true]) document.querySelector("#body").dispatchEvent(
            new KeyboardEvent("keydown", {key: "Enter", repeat, bubbles: true, cancelable: true})) }"""
    )
    thread.wait_for_timeout(100)
    assert site.posts == []
    expect(field).to_have_value("Once")


@pytest.mark.parametrize("status", [500, 422])
def test_when_sending_fails_the_text_comes_back(thread, site, status):
    site.status = status
    thread.locator("#body").fill("Do not lose me")
    thread.locator("#body").press("Enter")
    expect(thread.locator("[data-failed]")).to_be_visible()
    expect(thread.locator("#body")).to_have_value("Do not lose me")
    assert thread.locator("[data-pending]").count() == 0


def test_what_is_typed_is_saved_as_a_draft(thread, site):
    with thread.expect_response("**/draft/"):
        thread.locator("#body").fill("Half a thought & more")
    assert site.drafts == ["body=Half+a+thought+%26+more"]


def test_without_scripts_the_form_posts(pages, site):
    page = pages.open(java_script_enabled=False, path="/thread/")
    page.locator("#body").fill("Plain")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".bubble-body")).to_have_text("Plain")
    assert site.posts[0]["body"] == "Plain"
