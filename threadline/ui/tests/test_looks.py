"""Every component in both sizes and themes: axe finds nothing, nothing is wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import DESKTOP, PHONE, TABLET


@pytest.mark.parametrize(
    ("path", "size", "scheme"),
    [
        ("/gallery/", DESKTOP, "light"),
        ("/gallery/", DESKTOP, "dark"),
        ("/gallery/", TABLET, "light"),
        ("/gallery/", PHONE, "light"),
        ("/gallery/", PHONE, "dark"),
        ("/thread/", DESKTOP, "light"),
        ("/accounts/login/", DESKTOP, "dark"),
        ("/accounts/password/reset/", PHONE, "light"),
    ],
)
def test_axe_finds_nothing(pages, path, size, scheme):
    page = pages.open(size, scheme=scheme, path=path, bypass_csp=True)  # axe itself adds inline styles
    page.wait_for_timeout(350)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "!document.querySelector('.main') || document.querySelector('.main').scrollWidth <= innerWidth"
    )


def test_the_phone_has_its_tab_bar_at_the_bottom(pages):
    page = pages.open(PHONE, path="/gallery/")
    box = page.locator(".rail").bounding_box()
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    assert page.get_by_role("link", name="Send SMS").is_visible()
