"""Invitation links: once, for seven days, revocable."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from threadline.accounts import invitations, members
from threadline.accounts.models import AuditEntry, Invitation, Member, Role, User
from threadline.accounts.testing import make_member, make_user, signed_in
from threadline.lib import clock

pytestmark = pytest.mark.django_db

NEW = {"name": "Ben", "email": "Ben@Example.com", "password": "quite a long phrase"}


def test_the_link_is_shown_once_and_stored_nowhere() -> None:
    client = signed_in(make_member())
    page = client.post("/settings/members/invitations/", {"role": "member"}).content.decode()
    token = _token(page)
    assert not Invitation.objects.filter(token_hash=token).exists()
    assert token not in client.get("/settings/members/").content.decode()


def test_a_new_person_signs_up_by_the_link() -> None:
    owner = make_member()
    token = _token(signed_in(owner).post("/settings/members/invitations/", {"role": "member"}).content.decode())
    visitor = Client()
    assert owner.workspace.name in visitor.get(f"/invitations/{token}/").content.decode().replace("&#x27;", "'")
    answer = visitor.post(f"/invitations/{token}/", NEW)
    assert answer.status_code == 302
    ben = Member.objects.get(user__email="ben@example.com")
    assert (ben.workspace, ben.role, ben.user.name) == (owner.workspace, Role.MEMBER, "Ben")
    assert visitor.get("/settings/members/").status_code == 200
    assert AuditEntry.objects.filter(action="member.joined", subject=ben.public_id).exists()


def test_the_second_person_with_the_link_is_too_late() -> None:
    _invitation, token = invitations.create(make_member(), Role.MEMBER)
    invitations.accept(token, make_user())
    answer = Client().post(f"/invitations/{token}/", NEW)
    assert answer.status_code == 404
    assert not User.objects.filter(email="ben@example.com").exists()


def test_of_two_who_take_it_at_the_same_moment_one_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = make_member()
    invitation, token = invitations.create(owner, Role.MEMBER)
    find = invitations.find

    def meanwhile(token: str) -> Invitation:
        found = find(token)
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=clock.now())
        return found

    monkeypatch.setattr(invitations, "find", meanwhile)
    with pytest.raises(invitations.UnusableError):
        invitations.accept(token, make_user())
    assert list(members.standing(owner.workspace)) == [owner]


def test_a_signed_in_person_joins_by_a_button() -> None:
    owner, ben = make_member(), make_member()
    _invitation, token = invitations.create(owner, Role.ADMIN)
    client = signed_in(ben)
    assert "Join the workspace" in client.get(f"/invitations/{token}/").content.decode()
    client.post(f"/invitations/{token}/")
    assert Member.objects.get(user=ben.user, workspace=owner.workspace).role == Role.ADMIN
    assert client.get("/settings/workspace/").context["workspace"] == owner.workspace


def test_a_member_who_opens_it_stays_what_they_are_and_the_link_stays_good() -> None:
    owner = make_member()
    _invitation, token = invitations.create(owner, Role.VIEWER)
    assert invitations.accept(token, owner.user).role == Role.OWNER
    assert invitations.find(token)


@pytest.mark.parametrize("why", ["old", "revoked", "maker removed", "no such link"])
def test_a_link_that_cannot_be_taken_says_so(why: str) -> None:
    owner = make_member()
    maker = make_member(owner.workspace, Role.ADMIN)
    invitation, token = invitations.create(maker, Role.MEMBER)
    if why == "old":
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    elif why == "revoked":
        assert invitations.revoke(owner, invitation)
    elif why == "maker removed":
        members.remove(owner, maker)
    else:
        token = "nonsense"
    answer = Client().get(f"/invitations/{token}/")
    assert answer.status_code == 404
    assert "no longer works" in answer.content.decode()


def test_a_link_lives_seven_days() -> None:
    invitation, _token_ = invitations.create(make_member(), Role.MEMBER)
    assert abs(invitation.expires_at - invitation.created_at - timedelta(days=7)) < timedelta(minutes=1)


def test_it_is_revoked_on_the_page_and_only_there() -> None:
    owner = make_member()
    invitation, token = invitations.create(owner, Role.MEMBER)
    path = f"/settings/members/invitations/{invitation.public_id}/revoke/"
    assert signed_in(make_member()).post(path).status_code == 404
    assert signed_in(make_member(owner.workspace, Role.MEMBER)).post(path).status_code == 403
    assert invitations.find(token)
    assert "no longer works" in signed_in(owner).post(path, follow=True).content.decode()
    assert not invitations.revoke(owner, invitation)


def test_an_admin_invites_no_owner() -> None:
    admin = make_member(role=Role.ADMIN)
    with pytest.raises(members.NotAllowedError):
        invitations.create(admin, Role.OWNER)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "12345"}, "too short"),
        ({"name": ""}, "required"),
        ({"email": "ben"}, "valid email"),
        ({"email": "taken@example.com"}, "signs in with this e-mail address already"),
    ],
)
def test_bad_input_names_the_field_and_keeps_the_link(change: dict[str, str], words: str) -> None:
    make_user("taken@example.com")
    _invitation, token = invitations.create(make_member(), Role.MEMBER)
    answer = Client().post(f"/invitations/{token}/", NEW | change)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert invitations.find(token)


def _token(page: str) -> str:
    found = re.search(r"/invitations/([\w-]+)/", page)
    assert found
    return found[1]
