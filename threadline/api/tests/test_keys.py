"""Making, listing and revoking keys: in Settings and from the command line."""

import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, make_workspace, signed_in
from threadline.api import keys
from threadline.api.models import ApiKey
from threadline.api.testing import Program, error

pytestmark = pytest.mark.django_db


def test_an_owner_makes_a_key_sees_it_once_and_revokes_it():
    member = make_member()
    client = signed_in(member)
    page = client.post("/settings/api/keys/", {"name": "Till"})
    [secret] = set(re.findall(r"tl_[0-9a-f]{48}", page.content.decode()))
    assert "no-store" in page["Cache-Control"]
    assert Program(member.workspace, secret).get("messages").status_code == 200
    listed = client.get("/settings/api/").content.decode()
    assert "Till" in listed
    assert secret not in listed
    assert secret[-4:] in listed
    key = ApiKey.objects.get()
    assert keys.maker(key) == member
    client.post(f"/settings/api/keys/{key.public_id}/revoke/")
    assert error(Program(member.workspace, secret).get("messages"))[2] == "key_revoked"
    actions = member.workspace.audit_entries.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["apikey.made", "apikey.revoked"]


def test_a_key_needs_a_name():
    client = signed_in()
    for name in ("", " ", "x" * 81, "\x00"):
        assert client.post("/settings/api/keys/", {"name": name}).status_code == 422
    assert not ApiKey.objects.exists()


def test_members_do_not_see_keys():
    client = signed_in(make_member(role=Role.MEMBER))
    assert client.get("/settings/api/").status_code == 403
    assert client.post("/settings/api/keys/", {"name": "Till"}).status_code == 403


def test_the_command_prints_the_key_alone(capsys):
    workspace = make_workspace()
    call_command("apikey", "create", "--name", "cron")
    secret = capsys.readouterr().out.strip()
    assert Program(workspace, secret).get("messages").status_code == 200
    call_command("apikey", "list")
    listed = capsys.readouterr().out
    key = ApiKey.objects.get()
    assert keys.maker(key) is None
    assert key.public_id in listed
    assert secret not in listed
    call_command("apikey", "revoke", key.public_id)
    assert error(Program(workspace, secret).get("messages"))[2] == "key_revoked"
    with pytest.raises(CommandError, match="revoked already"):
        call_command("apikey", "revoke", key.public_id)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["create", "--name", " "], "--name"),
        (["create", "--name", "x", "--workspace", "Nowhere"], "none called Nowhere"),
        (["revoke", "key_nothing"], "There is no key"),
    ],
)
def test_the_command_says_what_is_wrong(arguments, words):
    make_workspace()
    with pytest.raises(CommandError, match=words):
        call_command("apikey", *arguments)


def test_with_several_workspaces_the_command_asks_which(capsys):
    make_workspace("One")
    two = make_workspace("Two")
    with pytest.raises(CommandError, match="--workspace"):
        call_command("apikey", "create", "--name", "x")
    call_command("apikey", "create", "--name", "x", "--workspace", two.public_id)
    assert ApiKey.objects.get().workspace == two
