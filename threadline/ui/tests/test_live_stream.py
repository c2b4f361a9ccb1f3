"""One stream for all tabs of a browser; hints reach every tab; a gap is healed by asking."""

import json

from playwright.sync_api import expect

HEAR = """() => {
    window.heard = [];
    for (const name of ["live:conv_1", "live:cmp_1", "live:inbox", "live:refresh", "live:online", "live:offline"])
        document.body.addEventListener(name, () => window.heard.push(name));
}"""


def hint(site, event, subject="conv_1"):
    conversation = subject if subject.startswith("conv_") else ""
    for stream in site.hints:
        stream.put(json.dumps({"subject": subject, "conversation": conversation, "event": event}))


def until(page, name):
    page.wait_for_function("(name) => window.heard.includes(name)", arg=name)


def wait_for_streams(page, site, count):
    for _ in range(80):
        if len(site.streams) >= count:
            return
        page.wait_for_timeout(50)
    raise AssertionError(site.streams)


def test_a_hint_becomes_events_on_the_page(page, site):
    page.goto("/thread/")
    page.evaluate(HEAR)
    wait_for_streams(page, site, 1)
    hint(site, 8)
    until(page, "live:conv_1")
    until(page, "live:inbox")
    assert site.streams == ["7"]
    assert "live:refresh" not in page.evaluate("window.heard")


def test_a_hint_about_a_campaign_leaves_the_inbox_in_peace(page, site):
    page.goto("/thread/")
    page.evaluate(HEAR)
    wait_for_streams(page, site, 1)
    hint(site, 8, "cmp_1")
    until(page, "live:cmp_1")
    assert "live:inbox" not in page.evaluate("window.heard")


def test_a_hint_about_everything_lets_the_page_ask_for_everything(page, site):
    page.goto("/thread/")
    page.evaluate(HEAR)
    wait_for_streams(page, site, 1)
    hint(site, 8, "")
    until(page, "live:refresh")


def test_a_second_tab_shares_the_stream_and_takes_over_where_it_stopped(page, site):
    page.goto("/thread/")
    wait_for_streams(page, site, 1)
    second = page.context.new_page()
    second.goto("/thread/")
    second.evaluate(HEAR)
    second.wait_for_timeout(150)
    hint(site, 12)
    until(second, "live:conv_1")
    assert site.streams == ["7"]
    page.close()
    wait_for_streams(second, site, 2)
    assert site.streams == ["7", "12"]


def test_a_tab_that_opens_late_catches_up_with_the_leader(page, site):
    page.goto("/thread/")
    page.evaluate(HEAR)
    wait_for_streams(page, site, 1)
    hint(site, 20)
    until(page, "live:inbox")
    second = page.context.new_page()
    second.add_init_script(f"addEventListener('DOMContentLoaded', {HEAR})")
    second.goto("/thread/")
    until(second, "live:refresh")


def test_a_broken_stream_comes_back_with_what_it_has_seen(page, site):
    page.goto("/thread/")
    page.evaluate(HEAR)
    wait_for_streams(page, site, 1)
    hint(site, 9)
    until(page, "live:inbox")
    site.hints[0].put(None)
    wait_for_streams(page, site, 2)
    assert site.streams[1] == "9"
    until(page, "live:refresh")


def test_people_are_told_when_the_server_is_away(page, site):
    page.goto("/thread/")
    wait_for_streams(page, site, 1)
    page.route("**/live*", lambda route: route.abort())
    site.hints[0].put(None)
    expect(page.get_by_text("Not connected.")).to_be_visible(timeout=8000)
    page.unroute("**/live*")
    expect(page.get_by_text("Not connected.")).to_be_hidden(timeout=12000)
