"""Who may do what."""

import pytest
from django.test import Client

from threadline.accounts import permissions
from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, make_workspace, signed_in

pytestmark = pytest.mark.django_db

OFFICE = {"manage_connections", "manage_numbers", "manage_members", "manage_billing", "manage_workspace"}


@pytest.mark.requirement("U19")
@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        (Role.OWNER, set(permissions.VERBS)),
        (Role.ADMIN, set(permissions.VERBS)),
        (Role.MEMBER, {"read", "send", "manage_contacts", "manage_campaigns"}),
        (Role.VIEWER, {"read"}),
    ],
)
def test_each_role_may_do_exactly_its_verbs(role: str, verbs: set[str]) -> None:
    assert {verb for verb in permissions.VERBS if permissions.allows(role, verb)} == verbs


def test_a_verb_nobody_defined_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        permissions.allows(Role.OWNER, "fly")
    with pytest.raises(KeyError):
        permissions.require("fly")


def test_a_removed_member_may_do_nothing() -> None:
    member = make_member()
    member.removed_at = member.created_at
    assert not any(member.may(verb) for verb in permissions.VERBS)


def test_who_may_names_owners_first() -> None:
    workspace = make_workspace()
    admin, owner = make_member(workspace, Role.ADMIN), make_member(workspace, Role.OWNER)
    make_member(workspace, Role.MEMBER)
    assert permissions.who_may(workspace, "manage_connections") == [owner, admin]


@pytest.mark.requirement("U19")
def test_a_member_who_may_not_is_told_whom_to_ask() -> None:
    workspace = make_workspace()
    owner = make_member(workspace)
    answer = signed_in(make_member(workspace, Role.VIEWER)).post("/settings/members/invitations/", {"role": "member"})
    assert answer.status_code == 403
    assert str(owner.user) in answer.content.decode()


def test_a_visitor_is_asked_to_sign_in() -> None:
    answer = Client().get("/settings/members/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
