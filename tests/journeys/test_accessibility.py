"""axe finds nothing on any page of the URL table: empty and full, light and dark, wide and narrow."""

import pytest

from tests import axe
from tests.browser import DESKTOP, PHONE, sign_in
from tests.house.routes import all_routes

# The URL table in parts, so that two processes share the walk: each its first words.
PARTS = {
    "campaigns": ("campaigns/",),
    "people": ("people/",),
    "settings": ("settings/", "workspaces/"),
    "messages": ("messages/", "numbers/", "uploads/", "media/", "invitations/"),
    "accounts": ("accounts/",),
}
HOME = ""  # leads on to Messages
SIGNING_OUT = ("accounts/logout/", "accounts/inactive/")
# Routes with an id of which the demo workspace has nothing. All others of that kind only take what is posted.
NO_PAGE = {
    "messages/many/<str:public_id>/": "looked at in test_texting_many.py",
    "invitations/<str:token>/": "looked at in test_members.py",
    "uploads/<str:public_id>/": "a file",
    "media/out/<str:public_id>/<str:signature>/<str:name>": "a file",
}
LOOKS = [
    pytest.param(DESKTOP, "light", id="wide-light"),
    pytest.param(DESKTOP, "dark", id="wide-dark"),
    pytest.param(PHONE, "light", id="narrow-light"),
]
each_part = pytest.mark.parametrize("part", PARTS)


def routes():
    """Whatever answers GET with a page of its own is looked at; the others are fragments, files and actions."""
    return [route for route in all_routes() if not route.of_programs and route.route not in SIGNING_OUT]


def paths(part, ids):
    """Addresses of a part that can be made of these ids."""
    mine = [route for route in routes() if route.route.startswith(PARTS[part])]
    return [route.path(ids) for route in mine if set(route.kinds) <= set(ids)]


def page_at(page, path):
    """The address of the page that is found there, which may be another one; "" for a fragment, a file, an action."""
    answer = page.request.get(path, max_redirects=5, headers={"Accept": "text/html"})
    return answer.url if answer.status == 200 and b"<html" in answer.body() else ""


def look_through(addresses, looks):
    """axe's findings on every page in every look, and how many pages there were."""
    found, seen = [], {""}
    for path in addresses:
        url = page_at(looks["wide"], path)
        if url in seen:
            continue
        seen.add(url)
        for look, page in looks.items():
            page.goto(path)
            found += [f"{path}, {look}: {line}" for line in axe.violations(page, look == "dark")]
    return len(seen) - 1, sorted(set(found))


@pytest.fixture(scope="module")
def everything(live_app, tmp_path_factory):
    """Ids of the demo workspace, which has one of everything, an import with bad rows too."""
    ids = live_app.ids()
    if "import" in ids:
        return ids
    file = tmp_path_factory.mktemp("import") / "neighbours.csv"
    file.write_text("Phone,Name,Pet name\n+18135580001,Dana,Rex\n555-014,Luis,\n+18135580001,Dana,Rex\n")
    live_app.command("import", str(file), "--workspace", ids["workspace"], "--list", "Neighbours")
    return live_app.ids()


@pytest.fixture(scope="module")
def newly_signed_in(live_app, browser):
    """The login of somebody whose workspace has nothing in it."""
    live_app.command("createuser", "empty@example.com", "--workspace", "empty", "--password", "a new person's password")
    context = browser.new_context(base_url=live_app.url)
    sign_in(context.new_page(), "empty@example.com", "a new person's password")
    state = context.storage_state()
    context.close()
    return state


def test_every_route_is_in_one_part_of_the_walk():
    for route in (one.route for one in routes() if one.route != HOME):
        assert sum(route.startswith(words) for words in PARTS.values()) == 1, route


def test_a_route_that_is_not_walked_has_no_page(desktop, everything):
    ids = dict.fromkeys({kind for route in routes() for kind in route.kinds}, "1")
    for route in routes():
        if not set(route.kinds) <= set(everything) and route.route not in NO_PAGE:
            assert desktop.request.get(route.path(ids)).status == 405, route.route


@each_part
def test_nothing_bars_anybody_from_a_full_workspace(pages, everything, part):
    assert {"campaign", "list", "import", "contact"} <= set(everything)
    looks = {"wide": pages.open(), "dark": pages.open(scheme="dark"), "narrow": pages.open(PHONE)}
    seen, found = look_through(paths(part, everything), looks)
    assert found == []
    assert seen >= 3


@each_part
def test_nothing_bars_anybody_from_an_empty_workspace(pages, newly_signed_in, part):
    looks = {"wide": pages.open(state=newly_signed_in), "dark": pages.open(state=newly_signed_in, scheme="dark")}
    seen, found = look_through(paths(part, {}), looks)
    assert found == []
    assert seen >= 1


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
