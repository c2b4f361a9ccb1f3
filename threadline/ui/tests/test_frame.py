"""What rooms add to the frame, who sees it, and what it says."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils.translation import gettext_lazy

from threadline.ui import banners, context, rail, settings_nav, workspaces


def request_of(path="/settings/profile/", verbs=("read", "send")):
    request: Any = RequestFactory().get(path)
    request.member = SimpleNamespace(may=lambda verb: verb in verbs) if verbs is not None else None
    return request


@pytest.mark.usefixtures("areas")
@pytest.mark.requirement("U24")
def test_the_rail_keeps_its_order_whatever_the_order_of_arrival():
    assert rail.ORDER == (
        "Messages", "Campaign", "People", "Numbers", "Integrations", "Network", "Reports", "Settings",
    )  # fmt: skip
    assert [link.label for link in rail.links(request_of())] == ["Messages", "Settings"]


@pytest.mark.usefixtures("areas")
def test_a_translated_label_keeps_its_place():
    rail.add(rail.Entry(gettext_lazy("Numbers"), "accounts:profile", "phone"))
    assert [link.label for link in rail.links(request_of())] == ["Messages", "Numbers", "Settings"]


@pytest.mark.usefixtures("areas")
def test_the_area_of_the_page_is_marked():
    assert [link.label for link in rail.links(request_of("/settings/profile/")) if link.current] == ["Settings"]
    assert [link.label for link in settings_nav.links(request_of("/settings/profile/")) if link.current] == ["Profile"]


@pytest.mark.usefixtures("areas")
def test_who_may_not_open_an_area_does_not_see_it():
    settings_nav.add(settings_nav.Page("Credentials", "accounts:settings", "key-round", "manage_connections", 1))
    assert rail.links(request_of(verbs=None)) == []
    assert [link.label for link in settings_nav.links(request_of())] == ["Profile"]
    allowed = settings_nav.links(request_of(verbs=("manage_connections",)))
    assert [link.label for link in allowed] == ["Credentials", "Profile"]


@pytest.mark.usefixtures("areas")
def test_a_banner_is_shown_only_when_its_room_has_something_to_say():
    banners.add(lambda request: None)
    assert [banner.icon for banner in banners.shown(request_of())] == ["flask-conical"]


@pytest.mark.usefixtures("areas")
def test_workspaces_come_from_whoever_provides_them():
    assert list(workspaces.choices(request_of())) == []
    workspaces.provide(lambda request: [workspaces.Choice("Lindqvist Plumbing", "/switch/")])
    assert [choice.name for choice in workspaces.choices(request_of())] == ["Lindqvist Plumbing"]


@pytest.mark.usefixtures("areas")
@pytest.mark.requirement("002-1")
def test_send_sms_is_offered_to_those_who_may_send(client):
    page = client.get("/gallery/").content.decode()
    assert "Send SMS" in page and 'href="/compose/"' in page
    assert not context.frame(request_of(verbs=("read",)))["compose_url"]


@pytest.mark.usefixtures("areas")
def test_every_custom_element_is_loaded_by_a_script_tag_of_its_own(client):
    page = client.get("/gallery/").content.decode()
    for name in ("live-stream", "message-composer", "stick-to-bottom", "hot-keys"):
        assert f'<script type="module" src="/static/ui/js/{name}.js"></script>' in page
