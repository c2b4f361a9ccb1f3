"""Fixtures for the tests above the rooms: the live product and pages in a real browser."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser import Pages
    from tests.live import Live

_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Remember a failure, so that the pages can be photographed before they close."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture(scope="session")
def live_app(django_db_setup: None) -> Iterator[Live]:
    """The real product with its demo workspace, one for all journeys of a process."""
    from tests.live import installation

    with installation() as live:
        yield live


@pytest.fixture(scope="session")
def _signed_in_state(live_app: Live, browser: Browser) -> Any:
    from tests.browser import sign_in

    context = browser.new_context(base_url=live_app.url)
    sign_in(context.new_page(), live_app.demo["email"], live_app.demo["password"])
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def pages(request: pytest.FixtureRequest, live_app: Live, browser: Browser) -> Iterator[Pages]:
    """`pages.open(size, signed_in=…, scheme=…)`; a script error or a policy violation on any of them fails the test."""
    from tests.browser import Pages

    opened = Pages(browser, live_app.url, lambda: request.getfixturevalue("_signed_in_state"))
    yield opened
    if request.node.stash.get(_FAILED, False):
        opened.photograph(request.node.nodeid)
    opened.close()
    assert opened.errors == []


@pytest.fixture
def desktop(pages: Pages) -> Page:
    """The owner of the demo workspace at 1440 × 900."""
    return pages.open()


@pytest.fixture
def phone(pages: Pages) -> Page:
    """The owner of the demo workspace at 390 × 844."""
    from tests.browser import PHONE

    return pages.open(PHONE)


@pytest.fixture
def newcomer(pages: Pages, live_app: Live) -> Callable[..., Page]:
    """`newcomer(size=…)`: the owner of a fresh workspace, signed in, nothing connected."""
    from tests.browser import sign_in

    def arrive(**look: Any) -> Page:
        name = f"new{secrets.token_hex(4)}"
        words = ["createuser", f"{name}@example.com", "--workspace", name, "--password", "a new person's password"]
        live_app.command(*words)
        page = pages.open(signed_in=False, **look)
        sign_in(page, f"{name}@example.com", "a new person's password")
        return page

    return arrive


@pytest.fixture
def visitor(pages: Pages) -> Page:
    """Somebody who is not signed in."""
    return pages.open(signed_in=False)


@pytest.fixture(params=["desktop", "phone"])
def page(request: pytest.FixtureRequest) -> Page:
    """The owner of the demo workspace, once at each size."""
    found: Page = request.getfixturevalue(request.param)
    return found
