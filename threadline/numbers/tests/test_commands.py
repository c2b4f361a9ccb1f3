"""threadline connect."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from sandbox.testing import RunningSandbox
from threadline.accounts.testing import make_workspace
from threadline.numbers.models import Connection

pytestmark = pytest.mark.django_db


def run(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, *more: str, token: str = "") -> str:
    monkeypatch.setattr(sys, "stdin", io.StringIO((token or sandbox.auth_token) + "\n"))
    said = io.StringIO()
    given = ["--sid", sandbox.account_sid, "--token-stdin", "--base-url", sandbox.url, "--number", sandbox.numbers[0]]
    call_command("connect", *given, *more, stdout=said, stderr=said)
    return said.getvalue()


def test_it_connects_the_only_workspace_and_prints_the_id(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = make_workspace()
    said = run(sandbox, monkeypatch, "--number", sandbox.numbers[2])
    connection = Connection.objects.get(workspace=workspace)
    assert said.strip() == connection.public_id
    assert {n.phone for n in connection.numbers.claimed()} == {sandbox.numbers[0], sandbox.numbers[2]}
    assert connection.numbers.get(is_default=True).phone == sandbox.numbers[0]


def test_the_token_may_come_from_the_environment(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    make_workspace()
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", sandbox.auth_token)
    arguments = ["--sid", sandbox.account_sid, "--base-url", sandbox.url, "--number", sandbox.numbers[0]]
    call_command("connect", *arguments, "--all-numbers", stdout=io.StringIO())
    assert Connection.objects.get().numbers.claimed().count() == len(sandbox.numbers)


def test_it_sets_webhooks_when_asked_but_replaces_nobody_s(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, here: str
) -> None:
    make_workspace()
    sandbox.set_webhook(sandbox.numbers[0], "https://hooks.zapier.com/1")
    said = run(sandbox, monkeypatch, "--number", sandbox.numbers[1], "--webhooks")
    assert "replies go to https://hooks.zapier.com/1" in said
    numbers = Connection.objects.get().numbers
    assert numbers.get(phone=sandbox.numbers[1]).sms_url == f"{here}/api/incoming-sms"
    assert numbers.get(phone=sandbox.numbers[0]).sms_url == "https://hooks.zapier.com/1"


def test_what_is_wrong_is_one_sentence(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="no workspace yet"):
        run(sandbox, monkeypatch)
    make_workspace("One")
    with pytest.raises(CommandError, match="does not accept"):
        run(sandbox, monkeypatch, token="wrong")
    with pytest.raises(CommandError, match="Not on this Twilio account"):
        run(sandbox, monkeypatch, "--number", "+12025550199")
    with pytest.raises(CommandError, match="no workspace named"):
        run(sandbox, monkeypatch, "--workspace", "Two")
    make_workspace("Two")
    with pytest.raises(CommandError, match="several"):
        run(sandbox, monkeypatch)
    with pytest.raises(CommandError, match="belongs to another workspace"):
        run(sandbox, monkeypatch, "--workspace", "Two")
    assert not Connection.objects.filter(workspace__name="Two").exists()
