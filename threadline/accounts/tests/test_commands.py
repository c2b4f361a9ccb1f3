"""createuser and resetpassword."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from threadline.accounts.models import Member, User, Workspace
from threadline.accounts.testing import PASSWORD, make_member, make_user, make_workspace

pytestmark = pytest.mark.django_db


def test_createuser_makes_the_first_owner_and_prints_the_password() -> None:
    said = _run("createuser", "Maria@Example.com", workspace="Maria's Plumbing")
    member = Member.objects.get()
    assert (member.user.email, member.role, member.workspace.name) == ("maria@example.com", "owner", "Maria's Plumbing")
    assert member.user.check_password(_password(said))


def test_createuser_takes_a_given_password_and_does_not_print_it() -> None:
    said = _run("createuser", "ben@example.com", role="viewer", password=PASSWORD)
    assert PASSWORD not in said
    assert User.objects.get().check_password(PASSWORD)
    assert Workspace.objects.count() == 1


def test_createuser_adds_an_existing_person_to_another_workspace() -> None:
    user = make_user("ben@example.com")
    _run("createuser", "ben@example.com", workspace=make_workspace("Second").public_id)
    assert user.memberships.get().workspace.name == "Second"
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_createuser_refuses_what_it_cannot_tell_apart() -> None:
    make_workspace("Same"), make_workspace("Same")
    with pytest.raises(CommandError, match="several"):
        _run("createuser", "ben@example.com")
    with pytest.raises(CommandError, match="several"):
        _run("createuser", "ben@example.com", workspace="Same")
    with pytest.raises(CommandError, match="not an e-mail"):
        _run("createuser", "ben")


def test_resetpassword_ends_every_session() -> None:
    member = make_member()
    client = Client()
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    said = _run("resetpassword", member.user.email.upper())
    member.user.refresh_from_db()
    assert member.user.check_password(_password(said))
    assert client.get("/settings/workspace/").status_code == 302
    with pytest.raises(CommandError, match="Nobody"):
        _run("resetpassword", "nobody@example.com")


def _run(*arguments: str, **options: str) -> str:
    said = io.StringIO()
    call_command(*arguments, stdout=said, **options)
    return said.getvalue()


def _password(said: str) -> str:
    found = re.search(r": (\S+)$", said.strip())
    assert found
    return found[1]
