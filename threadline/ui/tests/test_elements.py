"""The custom elements in real Chromium, under the real content security policy."""

import re

import pytest
from playwright.sync_api import expect


def test_a_dialog_opens_by_key_takes_the_focus_and_leaves_nothing_behind(page):
    page.goto("/gallery/")
    page.keyboard.press("c")
    dialog = page.locator("#dialog dialog")
    expect(dialog).to_be_visible()
    expect(page.locator("#to")).to_be_focused()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name="Send SMS")).to_be_focused()


def test_escape_closes_the_dialog(page):
    page.goto("/gallery/")
    page.get_by_role("link", name="Send SMS").click()
    expect(page.locator("#to")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog dialog")).to_have_count(0)


def test_without_scripts_send_sms_is_a_link(pages):
    page = pages.open(java_script_enabled=False, path="/gallery/")
    page.get_by_role("link", name="Send SMS").click()
    assert page.url.endswith("/compose/")


def test_question_mark_lists_the_keys_and_typing_does_not_trigger_them(page):
    page.goto("/gallery/")
    page.locator("#g4").press_sequentially("c?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#g4")).to_have_value("c?")
    page.locator("#g4").blur()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()


def test_two_keys_go_to_an_area(page):
    page.goto("/gallery/")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/settings/")


def test_j_and_k_walk_a_list(page):
    page.goto("/gallery/")
    page.locator("[data-walk] a").nth(1).focus()
    page.keyboard.press("j")
    expect(page.locator("[data-walk] a").nth(2)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(page.locator("[data-walk] a").nth(0)).to_be_focused()


def test_copying_says_so(pages):
    page = pages.open(permissions=["clipboard-read", "clipboard-write"], path="/gallery/")
    button = page.locator("copy-button button")
    button.click()
    expect(button).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").endswith("/incoming-sms")


def test_a_toast_from_the_server_is_read_out_and_can_be_closed(page):
    page.goto("/gallery/")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('toast', {detail: {text: 'Saved', kind: 'good'}}))")
    toast = page.locator("[aria-live] .toast", has_text="Saved")
    expect(toast).to_be_visible()
    toast.get_by_role("button").click()
    expect(toast).to_have_count(0)


def test_a_toast_about_the_same_thing_takes_the_place_of_the_older(page):
    page.goto("/gallery/")
    for text, about in (("Turn it on", "cmp_1"), ("Saved", "cmp_2"), ("It is on", "cmp_1")):
        page.evaluate(
            "([text, about]) => document.body.dispatchEvent(new CustomEvent('toast', {detail: {text, about}}))",
            [text, about],
        )
    said = page.locator("toast-region .toast", has_text=re.compile("on|Saved"))
    assert said.all_inner_texts() == ["Saved", "It is on"]


def test_the_theme_is_remembered(page):
    page.goto("/gallery/")
    for _ in range(2):
        page.get_by_title("maria@example.com").click()
        page.locator("theme-toggle").click()
        page.keyboard.press("Escape")
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


@pytest.mark.parametrize(
    ("ago", "mode", "shown"),
    [(5, "relative", "now"), (240, "relative", "4 min"), (7200, "relative", "2 hr"), (86400, "day", "Yesterday")],
)
def test_times_are_human_in_the_zone_of_the_viewer(pages, ago, mode, shown):
    page = pages.open(timezone_id="Asia/Tokyo", locale="en-US")
    page.clock.set_fixed_time("2026-11-22T12:00:00Z")
    page.goto("/gallery/")
    script = """([ago, mode]) => {
        const element = document.createElement("local-time");
        element.setAttribute("mode", mode);
        const stamp = new Date(Date.now() - ago * 1000).toISOString();
        element.innerHTML = `<time datetime="${stamp}"></time>`;
        document.querySelector("main").append(element);
        const time = element.querySelector("time");
        return [time.textContent, time.title];
    }"""
    text, title = page.evaluate(script, [ago, mode])
    assert text == shown
    assert "November" in title and ("9:00:00 PM" in title or ago != 86400)


@pytest.mark.parametrize(
    ("zone", "mode", "shown"),
    [
        ("America/New_York", "full", "Yesterday, 14:25 EST"),
        ("America/New_York", "clock", "14:25 EST"),
        ("America/New_York", "day", "Yesterday"),
        ("Asia/Tokyo", "full", "Today, 04:25"),  # as the viewer's own clock shows it: the zone needs no name
    ],
)
def test_a_time_by_another_clock_is_in_24_hours_and_names_its_zone(pages, zone, mode, shown):
    page = pages.open(timezone_id="Asia/Tokyo", locale="en-US")
    page.clock.set_fixed_time("2026-11-23T12:00:00Z")
    page.goto("/gallery/")
    script = """([zone, mode]) => {
        const html = '<time datetime="2026-11-22T19:25:00Z"></time>';
        const element = Object.assign(document.createElement("local-time"), { innerHTML: html });
        element.setAttribute("zone", zone);
        element.setAttribute("mode", mode);
        document.querySelector("main").append(element);
        const time = element.querySelector("time");
        return [time.textContent, time.title];
    }"""
    text, title = page.evaluate(script, [zone, mode])
    assert text == shown
    assert ("14:25:00 EST = Monday" in title) == (zone == "America/New_York")
