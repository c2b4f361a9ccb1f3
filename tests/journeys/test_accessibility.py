"""axe finds nothing on any page of the URL table: empty and full, light and dark, wide and narrow."""

import pytest

from tests import axe
from tests.browser import DESKTOP, PHONE
from tests.house.routes import all_routes

LOOKS = [
    pytest.param(DESKTOP, "light", id="wide-light"),
    pytest.param(DESKTOP, "dark", id="wide-dark"),
    pytest.param(PHONE, "light", id="narrow-light"),
]


def routes():
    """Whatever answers GET with a page of its own is looked at; the others are fragments, files and actions."""
    skipped = ("accounts/logout/", "accounts/inactive/")
    return [route for route in all_routes() if not route.of_programs and route.route not in skipped]


def visit(page, path):
    """Whether a page was found there."""
    answer = page.request.get(path, max_redirects=5, headers={"Accept": "text/html"})
    if answer.status != 200 or b"<html" not in answer.body():
        return False
    page.goto(path)
    return True


def look_through(page, ids, scheme):
    """axe's findings on every page that can be reached with these ids."""
    found, seen = [], 0
    for route in routes():
        if not set(route.kinds) <= set(ids):
            continue
        path = route.path(ids)
        if visit(page, path):
            seen += 1
            found += [f"{path}: {line}" for line in axe.violations(page, scheme == "dark")]
    return seen, sorted(set(found))


@pytest.fixture
def everything(live_app, tmp_path):
    """Ids of the demo workspace, which has one of everything, an import with bad rows too."""
    if "import" not in live_app.ids():
        file = tmp_path / "neighbours.csv"
        file.write_text("Phone,Name,Pet name\n+18135580001,Dana,Rex\n555-014,Luis,\n+18135580001,Dana,Rex\n")
        live_app.command("import", str(file), "--workspace", live_app.ids()["workspace"], "--list", "Neighbours")
    return live_app.ids()


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_nothing_bars_anybody_from_a_full_workspace(pages, everything, size, scheme):
    assert {"campaign", "list", "import", "contact"} <= set(everything)
    seen, found = look_through(pages.open(size, scheme=scheme), everything, scheme)
    assert found == []
    assert seen >= 10


@pytest.mark.parametrize(("size", "scheme"), LOOKS[:2])
def test_nothing_bars_anybody_from_an_empty_workspace(pages, newcomer, size, scheme):
    page = newcomer(size=size, scheme=scheme)
    seen, found = look_through(page, {}, scheme)
    assert found == []
    assert seen >= 5


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_nothing_bars_anybody_who_has_not_signed_in(pages, size, scheme):
    page = pages.open(size, signed_in=False, scheme=scheme)
    page.goto("/accounts/login/")
    assert axe.violations(page) == []
    page.goto("/accounts/password/reset/")
    assert axe.violations(page) == []
    page.goto("/no-such-page/")
    assert axe.violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_bars_anybody_from_the_handsets(pages, live_app, scheme):
    page = pages.open(signed_in=False, scheme=scheme)
    page.goto(live_app.demo["sandbox_url"])
    page.wait_for_load_state("load")
    assert axe.violations(page) == []
