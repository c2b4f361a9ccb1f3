"""The chosen workspace, its settings, and the profile."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from threadline.accounts.models import AuditEntry, Member, Role, User
from threadline.accounts.testing import PASSWORD, make_member, make_user, make_workspace, signed_in
from threadline.events.models import Event
from threadline.ui.templatetags.ui import localtime

pytestmark = pytest.mark.django_db


def test_a_person_signs_in_with_email_and_password() -> None:
    member = make_member()
    client = Client()
    assert client.get("/accounts/login/").status_code == 200
    answer = client.post("/accounts/login/", {"login": member.user.email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/settings/workspace/").context["workspace"] == member.workspace


def test_nobody_signs_up_by_themselves() -> None:
    Client().post("/accounts/signup/", {"email": "x@example.com", "password1": PASSWORD})
    assert not User.objects.exists()


def test_without_a_choice_one_works_in_the_first_workspace_one_joined() -> None:
    first = make_member()
    make_member(user=first.user, workspace=make_workspace("Second"))
    client = Client()
    client.force_login(first.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/settings/workspace/").context["member"] == first


def test_the_switcher_changes_the_workspace_and_a_foreign_one_is_not_found() -> None:
    first = make_member()
    second = make_member(user=first.user, workspace=make_workspace("Second"))
    client = signed_in(first)
    client.post(f"/workspaces/{second.workspace.public_id}/switch/")
    assert client.get("/settings/workspace/").context["member"] == second
    assert client.post(f"/workspaces/{make_workspace().public_id}/switch/").status_code == 404


def test_a_person_without_a_workspace_is_told_so_and_can_still_sign_out() -> None:
    client = Client()
    client.force_login(make_user(), backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/settings/workspace/")
    assert answer.status_code == 403
    assert "no workspace" in answer.content.decode()
    assert client.get("/settings/profile/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302


def test_saving_the_workspace_writes_only_what_changed() -> None:
    owner = make_member()
    client = signed_in(owner)
    page = client.post(
        "/settings/workspace/", {"name": "New name", "country": "US", "timezone": "America/Denver"}, follow=True
    )
    assert "The workspace is saved" in page.content.decode()
    owner.workspace.refresh_from_db()
    assert (owner.workspace.name, owner.workspace.timezone) == ("New name", "America/Denver")
    entry = AuditEntry.objects.get(action="workspace.changed")
    assert entry.facts["after"] == {"name": "New name", "timezone": "America/Denver"}
    assert Event.objects.get().type == "workspace.changed"


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "x" * 121), ("country", "XX"), ("timezone", "Moon/Base")]
)
def test_bad_workspace_settings_name_the_field(field: str, value: str) -> None:
    data = {"name": "A name", "country": "US", "timezone": "UTC"} | {field: value}
    answer = signed_in(make_member()).post("/settings/workspace/", data)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_only_owners_and_admins_save_it() -> None:
    workspace = make_workspace()
    data = {"name": "Mine now", "country": "US", "timezone": "UTC"}
    for role, status in ((Role.VIEWER, 403), (Role.MEMBER, 403), (Role.ADMIN, 302)):
        client = signed_in(make_member(workspace, role))
        assert client.get("/settings/workspace/").status_code == 200
        assert client.post("/settings/workspace/", data).status_code == status


def test_the_profile_keeps_name_and_time_zone() -> None:
    member = make_member(role=Role.VIEWER)
    client = signed_in(member)
    client.post("/settings/profile/", {"name": "Maria", "timezone": "Europe/Berlin"})
    member.user.refresh_from_db()
    assert (member.user.name, member.user.timezone) == ("Maria", "Europe/Berlin")
    assert client.post("/settings/profile/", {"name": "Maria", "timezone": "Nowhere"}).status_code == 422


def test_the_password_is_changed_through_allauth() -> None:
    member = make_member()
    client = signed_in(member)
    assert client.get("/accounts/password/change/").status_code == 200
    new = "another long phrase"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    member.user.refresh_from_db()
    assert member.user.check_password(new)


def test_settings_open_at_the_first_tab() -> None:
    assert signed_in(make_member(role=Role.VIEWER)).get("/settings/")["Location"] == "/settings/workspace/"


def test_a_stranger_sees_nothing_of_the_workspace() -> None:
    mine = make_member()
    page = signed_in(make_member(make_workspace("Somebody else"))).get("/settings/members/").content.decode()
    assert mine.user.email not in page
    assert Member.objects.count() == 2


@pytest.mark.parametrize(
    ("person", "workspace", "shown"),
    [
        ("Europe/Berlin", "America/Denver", "10:05 CET"),
        ("", "America/Denver", "02:05 MST"),
        ("Moon/Base", "America/Denver", "02:05 MST"),
    ],
)
def test_the_server_writes_times_in_the_person_s_zone_or_the_workspace_s(
    monkeypatch: pytest.MonkeyPatch, person: str, workspace: str, shown: str
) -> None:
    member = make_member(make_workspace(timezone=workspace), user=make_user(timezone=person))
    at = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
    monkeypatch.setattr("threadline.accounts.views.members.grantable", lambda _member: [("x", localtime(at))])
    page = signed_in(member).get("/settings/members/").content.decode()
    assert shown in page
    assert ('data-zone="Europe/Berlin"' in page) is (person == "Europe/Berlin")
