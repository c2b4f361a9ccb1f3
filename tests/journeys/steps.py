"""What several journeys do and look for: people who are there already, a campaign's tabs, its state, its launch."""

import re
import secrets
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.live import Live, eventually

SOON = 20_000  # ms: a worker's turn, a carrier's answer, a page that hears it by itself


def unlike(name: str) -> str:
    """That name with something that no other journey has in it."""
    return f"{name} {secrets.token_hex(3)}"


def in_days(days: int) -> date:
    return date.today() + timedelta(days=days)  # noqa: DTZ011 - as whoever sits there


def no_wider_than_the_screen(page: Page) -> None:
    size = page.viewport_size
    assert size and page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def bodies(live_app: Live, phone: str) -> list[str]:
    """What that handset got."""
    return [text["body"] for text in live_app.texts_on(phone) if text["from"] != phone]


def a_list_of(live_app: Live, people: dict[str, str], name: str = "") -> str:
    """The name of a list with these people, {phone: name}, made by a program."""
    made = live_app.api("POST", "/api/v1/lists", {"name": name or unlike("People")})
    contacts = [
        live_app.api("POST", "/api/v1/contacts", {"phone": phone, "first_name": who})["id"]
        for phone, who in people.items()
    ]
    if contacts:
        live_app.api("POST", f"/api/v1/lists/{made['id']}/contacts", {"contacts": contacts})
    return str(made["name"])


def a_campaign(live_app: Live, name: str, people: str, texts: list[dict[str, Any]]) -> Any:
    """A draft to the list of that name, made by a program; `texts` as the API wants them."""
    wanted = {"name": name, "number": live_app.number, "list": list_id(live_app, people), "steps": texts}
    return live_app.api("POST", "/api/v1/campaigns", {**wanted, "acknowledged": True})


def list_id(live_app: Live, name: str) -> str:
    newest = live_app.api("GET", "/api/v1/lists")["data"]
    return next(str(one["id"]) for one in newest if one["name"] == name)


def tab(page: Page, name: str) -> None:
    page.locator(".campaign-tabs").get_by_role("link", name=re.compile(f"^{name}")).click()


def state(page: Page, word: str) -> None:
    expect(page.locator("#campaign-state")).to_have_text(word, timeout=SOON)


def create(page: Page, name: str, people: str | re.Pattern[str] = "New list: I'll add leads next") -> None:
    """A campaign to a list of that name; it opens at its messages."""
    page.goto("/campaigns/new/")
    page.get_by_label("Campaign Name").fill(name)
    choose(page.get_by_label("Contact List"), people)
    page.get_by_label("I understand that I am required").check()
    page.get_by_role("button", name="Save Campaign").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def choose(select: Locator, words: str | re.Pattern[str]) -> None:
    """The option whose words begin so; lists say how many are on them, too."""
    label = select.locator("option").filter(has_text=words).first.inner_text()
    select.select_option(label=label)


def write(page: Page, *texts: str, at: tuple[Any, str] | None = None) -> None:
    """Messages one after the other in the editor of a new draft, the first one at a date and a time if so said."""
    if at:
        page.get_by_role("button", name="Send at a date").click()
        page.get_by_label("Date", exact=True).first.fill(str(at[0]))
        page.get_by_label("Time", exact=True).first.fill(at[1])
    for place, text in enumerate(texts, start=1):
        if place > 1:
            page.get_by_role("button", name="Add Message").click()
        page.get_by_label(f"Message of step {place}").fill(text)
    page.get_by_role("button", name="Save messages").click()
    expect(page.get_by_text("The messages are saved.")).to_be_visible()


def launch(page: Page, verb: str = "Start") -> None:
    """It leads to the page that says what will happen; from there it is one press."""
    page.get_by_role("link", name=verb, exact=True).first.click()
    expect(page.get_by_role("heading", name="Texting has legal and carrier rules")).to_be_visible()
    page.get_by_role("button", name=verb, exact=True).click()


def got(live_app: Live, phone: str, count: int = 1) -> list[str]:
    """What that handset got, once it is so many texts, or in the end."""
    eventually(lambda: len(bodies(live_app, phone)) >= count)
    return bodies(live_app, phone)
