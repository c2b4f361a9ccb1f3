"""Real Chromium for journeys: pages of two sizes, signed in or not, that fail a test on any script or policy error."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests import tools

DESKTOP = (1440, 900)
TABLET = (1024, 768)
PHONE = (390, 844)
RESULTS = tools.ROOT / "test-results"
# Without these, Chromium's own calls home are refused by closed networks, many at a time.
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=tools.chromium(), args=_FLAGS)
        yield browser
        browser.close()


@dataclass
class Pages:
    """Opens pages for one test, and remembers what went wrong on them."""

    browser: Browser
    url: str
    login: Callable[[], Any]  # a signed-in storage state
    contexts: list[BrowserContext] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(
        self,
        size: tuple[int, int] = DESKTOP,
        signed_in: bool = True,
        scheme: Any = "light",
        path: str = "",
        state: Any = None,
        **more: Any,
    ) -> Page:
        """A page in a browser profile of its own; at `path` when one is given; `state`: somebody else's login."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            storage_state=state or (self.login() if signed_in else None),
            is_mobile=size[0] < 600,
            has_touch=size[0] < 600,
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        if path:
            page.goto(path)
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        source = message.location.get("url")  # none: what a test itself ran in the page, such as axe
        if source and "Content Security Policy" in message.text:
            self.errors.append(f"{source}: {message.text}")

    def photograph(self, name: str) -> None:
        """Save what every open page shows."""
        RESULTS.mkdir(exist_ok=True)
        safe = re.sub(r"[^\w.-]+", "-", name)[-120:]
        shots = [page for context in self.contexts for page in context.pages]
        for number, page in enumerate(shots):
            page.screenshot(path=RESULTS / f"{safe}-{number}.png", full_page=True)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def sign_in(page: Page, email: str, password: str) -> None:
    """As a person does it."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
