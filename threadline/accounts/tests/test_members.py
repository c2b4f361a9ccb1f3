"""Changing and removing members; a workspace always keeps an owner."""

import pytest

from threadline.accounts import members
from threadline.accounts.models import AuditEntry, Member, Role
from threadline.accounts.testing import make_member, make_workspace, signed_in

pytestmark = pytest.mark.django_db


def test_an_owner_gives_another_role_and_it_is_written_down() -> None:
    owner = make_member()
    ben = make_member(owner.workspace, Role.MEMBER)
    members.change_role(owner, ben, Role.ADMIN)
    ben.refresh_from_db()
    assert ben.role == Role.ADMIN
    entry = AuditEntry.objects.get(subject=ben.public_id)
    assert (entry.action, entry.member, entry.facts) == ("member.role", owner, {"before": "member", "after": "admin"})


def test_the_last_owner_cannot_stop_being_one() -> None:
    owner = make_member()
    with pytest.raises(members.NotAllowedError, match="only owner"):
        members.change_role(owner, owner, Role.ADMIN)
    with pytest.raises(members.NotAllowedError, match="only owner"):
        members.remove(owner, owner)


def test_one_of_two_owners_may_leave() -> None:
    owner = make_member()
    other = make_member(owner.workspace)
    members.remove(owner, other)
    assert list(members.standing(owner.workspace)) == [owner]


@pytest.mark.parametrize("role", [Role.OWNER])
def test_an_admin_makes_no_owner_and_removes_none(role: str) -> None:
    owner = make_member()
    admin, ben = make_member(owner.workspace, Role.ADMIN), make_member(owner.workspace, Role.MEMBER)
    with pytest.raises(members.NotAllowedError):
        members.change_role(admin, ben, role)
    with pytest.raises(members.NotAllowedError):
        members.change_role(admin, owner, Role.MEMBER)
    with pytest.raises(members.NotAllowedError):
        members.remove(admin, owner)


def test_a_removed_member_keeps_what_they_wrote_and_loses_the_pages() -> None:
    owner = make_member()
    ben = make_member(owner.workspace, Role.MEMBER)
    client = signed_in(ben)
    members.remove(owner, ben)
    assert Member.objects.filter(pk=ben.pk).exists()
    answer = client.get("/settings/members/")
    assert answer.status_code == 403
    assert "no workspace" in answer.content.decode()


def test_somebody_who_comes_back_is_the_same_member() -> None:
    owner = make_member()
    ben = make_member(owner.workspace, Role.MEMBER)
    members.remove(owner, ben)
    assert members.join(ben.user, owner.workspace, Role.VIEWER).pk == ben.pk
    assert members.standing(owner.workspace).get(pk=ben.pk).role == Role.VIEWER


def test_the_page_lists_members_and_only_some_may_change_them() -> None:
    workspace = make_workspace()
    owner, viewer = make_member(workspace), make_member(workspace, Role.VIEWER)
    page = signed_in(owner).get("/settings/members/").content.decode()
    assert viewer.user.email in page
    assert "Make a link" in page
    page = signed_in(viewer).get("/settings/members/").content.decode()
    assert owner.user.email in page
    assert "Make a link" not in page


def test_roles_change_on_the_page() -> None:
    owner = make_member()
    ben = make_member(owner.workspace, Role.MEMBER)
    client = signed_in(owner)
    page = client.post(f"/settings/members/{ben.public_id}/role/", {"role": "viewer"}, follow=True)
    assert "is now: Viewer" in page.content.decode()
    page = client.post(f"/settings/members/{ben.public_id}/role/", {"role": "king"}, follow=True)
    assert "Choose one of the roles" in page.content.decode()
    page = client.post(f"/settings/members/{owner.public_id}/role/", {"role": "viewer"}, follow=True)
    assert "is the only owner" in page.content.decode()
    page = client.post(f"/settings/members/{ben.public_id}/remove/", follow=True)
    assert "no longer belongs" in page.content.decode()


def test_a_stranger_s_member_is_not_found() -> None:
    stranger = make_member()
    client = signed_in(make_member())
    assert client.post(f"/settings/members/{stranger.public_id}/role/", {"role": "viewer"}).status_code == 404
    assert client.post(f"/settings/members/{stranger.public_id}/remove/").status_code == 404
    stranger.refresh_from_db()
    assert (stranger.role, stranger.removed_at) == (Role.OWNER, None)
