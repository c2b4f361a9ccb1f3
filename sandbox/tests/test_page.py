"""The handsets page, as plain HTML and in a real browser."""

from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from sandbox.testing import RunningSandbox

PERSON = "+12125550161"
PATHS = ("/", f"/handsets/{PERSON}")


def post(sandbox: RunningSandbox, path: str, **form: str) -> int:
    """Submit a form as the page itself does; returns the final status."""
    data = urlencode(form).encode()
    with urlopen(Request(sandbox.url + path, data, {"Origin": sandbox.url})) as answer:
        status: int = answer.status
        return status


def test_it_says_that_nothing_leaves_this_machine(sandbox: RunningSandbox) -> None:
    with urlopen(f"{sandbox.url}/") as answer:
        text, policy = answer.read().decode(), answer.headers["Content-Security-Policy"]
    assert "<strong>Simulated carrier:</strong> nothing leaves this machine" in text
    assert "script-src 'self'" in policy and "unsafe" not in policy
    assert "style=" not in text and "<script>" not in text and "onclick" not in text


def test_it_works_without_script(sandbox: RunningSandbox) -> None:
    main = sandbox.numbers[0]
    assert post(sandbox, f"/handsets/{PERSON}", to=main, body="plain <b>form</b>", picture="1") == 200
    with urlopen(f"{sandbox.url}/handsets/{PERSON}") as answer:
        text = answer.read().decode()
    assert "plain &lt;b&gt;form&lt;/b&gt;" in text and '<img src="/~media.twiliocdn.com/' in text
    assert post(sandbox, "/handsets", phone="(907) 555-0100", name="Nome") == 200
    assert post(sandbox, "/speed", mode="fast", back="/") == 200


def test_a_switch_is_a_fault_rule(sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "delay", "ms": 1})
    post(sandbox, "/switches", switch="landline", phone=PERSON)
    post(sandbox, "/switches", switch="duplicate", phone=PERSON)
    rules = sandbox.control("GET", "faults")["rules"]
    assert [(rule["kind"], rule["to"]) for rule in rules] == [
        ("delay", None),
        ("landline", PERSON),
        ("duplicate_callback", None),
    ]
    post(sandbox, "/switches", switch="landline", phone=PERSON)
    assert len(sandbox.control("GET", "faults")["rules"]) == 2


def test_a_strangers_form_is_refused(sandbox: RunningSandbox) -> None:
    data = urlencode({"to": sandbox.numbers[0], "body": "spam"}).encode()
    for headers in ({"Origin": "https://evil.example"}, {}):
        with pytest.raises(HTTPError) as caught:
            urlopen(Request(f"{sandbox.url}/handsets/{PERSON}", data, headers))
        assert caught.value.code in (403, 415)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_axe_finds_nothing_and_nothing_overflows(
    sandbox: RunningSandbox, browser: Browser, width: int, scheme: Any
) -> None:
    sandbox.text(PERSON, sandbox.numbers[0], "Is the table by the window free? " * 8, [{"content_type": "image/png"}])
    sandbox.text(PERSON, sandbox.numbers[1], "STOP")
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for path in PATHS:
        page.goto(sandbox.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    assert errors == []
    context.close()


def test_texts_appear_live_both_ways(sandbox: RunningSandbox, browser: Browser) -> None:
    page: Page = browser.new_page()
    page.goto(f"{sandbox.url}/handsets/{PERSON}")
    page.get_by_label("Text", exact=True).fill("typed on the phone")
    page.keyboard.press("Enter")
    page.locator(".mine", has_text="typed on the phone").wait_for(timeout=5000)
    sandbox.api("POST", "Messages.json", {"To": PERSON, "From": sandbox.numbers[0], "Body": "answered"})
    page.locator(".theirs", has_text="answered").wait_for(timeout=5000)
    page.get_by_role("switch", name="Landline").click()
    page.locator("[role=switch][value=landline][aria-checked=true]").wait_for(timeout=5000)
    assert sandbox.control("GET", "faults")["rules"][0]["to"] == PERSON
    page.close()
