"""Makes the demo workspace on the sandbox, step by step; what is there already is left as it is."""

import json
import os
import secrets
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import transaction

from config.demo import campaign, carrier, story
from threadline.accounts import members
from threadline.accounts.models import Role, User, Workspace
from threadline.billing import ledger
from threadline.contacts.models import Contact
from threadline.lib import clock
from threadline.messaging import history
from threadline.messaging.models import Conversation, ConversationNumber
from threadline.numbers import claims, connect, repoint
from threadline.numbers.models import Connection

EMAIL = "demo@threadline.test"
NAME = "Harbor Plumbing"
LABELS = ("Main line", "Tampa PPC", "Toll-free", "Ottawa office")
UNREAD_FOR = timedelta(hours=6)
FUNDS = 50_000_000  # micro-USD


def make(data: Path, sandbox_url: str, url: str) -> None:
    """Everything, and DATA/demo.json last: a start that was cut short begins again. Needs a running sandbox."""
    account = carrier.account(sandbox_url)
    password = secrets.token_urlsafe(9)
    with transaction.atomic():
        workspace = _workspace(password)
    connection = _connect(workspace, account)
    talks = story.read()
    _contacts(workspace, talks)
    carrier.remember(account, list(story.history(talks, account.numbers, clock.now())))
    history.sync(connection)
    _read(workspace, talks)
    repoint.sandbox()
    with transaction.atomic():
        campaign.make(workspace.members.get(user__email=EMAIL), connection.numbers.get(phone=account.numbers[0]))
        ledger.credit(workspace.pk, FUNDS, "demo", clock.now())
    _write(data / "demo.json", _facts(workspace, password, account, url))


def _workspace(password: str) -> Workspace:
    """The demo's owner with this password, and their workspace."""
    user = User.objects.filter(email=EMAIL).first() or User.objects.create_user(EMAIL, name="Maria Harbor")
    user.set_password(password)
    user.save(update_fields=["password"])
    found = Workspace.objects.filter(members__user=user).first()
    if found is None:
        found = Workspace.objects.create(name=NAME)
        members.join(user, found, Role.OWNER)
    return found


def _connect(workspace: Workspace, account: carrier.Account) -> Connection:
    """Connect the sandbox's account with all its numbers."""
    owner = workspace.members.get(user__email=EMAIL)
    credentials = connect.Credentials(account.sid, account.token, account.url)
    connection = connect.connect(workspace, owner, credentials, account.numbers[0])
    numbers = list(connection.numbers.filter(gone_at=None))
    claims.choose(connection, owner, {number.public_id for number in numbers})
    for number in numbers:
        number.label = number.label or LABELS[account.numbers.index(number.phone) % len(LABELS)]
        number.save(update_fields=["label"])
    return connection


def _contacts(workspace: Workspace, talks: list[story.Talk]) -> None:
    """Save the people whose name the firm knows."""
    people = [Contact(workspace=workspace, phone=talk.phone, name=talk.name) for talk in talks if talk.saved]
    Contact.objects.bulk_create(people, ignore_conflicts=True)


def _read(workspace: Workspace, talks: list[story.Talk]) -> None:
    """Leave unread what came in the last hours since the firm's own last word."""
    with transaction.atomic():
        for talk in talks:
            waiting = talk.unanswered if talk.age < UNREAD_FOR else 0
            found = Conversation.objects.filter(workspace=workspace, address=talk.phone)
            found.update(unread=waiting)
            ConversationNumber.objects.filter(conversation__in=found.values("id")).update(unread=waiting)


def _api_key(workspace: Workspace) -> str:
    printed = StringIO()
    call_command("apikey", "create", "--name", "demo", "--workspace", workspace.public_id, stdout=printed)
    return printed.getvalue().strip()


def follow(data: Path, sandbox_url: str, url: str) -> None:
    """The installation listens elsewhere now: let the sandbox's webhooks and demo.json know."""
    repoint.sandbox()
    path = data / "demo.json"
    _write(path, json.loads(path.read_text()) | {"url": url, "sandbox_url": sandbox_url})


def _facts(workspace: Workspace, password: str, account: carrier.Account, url: str) -> dict[str, Any]:
    """What demo.json tells scripts and tests."""
    return {
        "url": url,
        "email": EMAIL,
        "password": password,
        "api_key": _api_key(workspace),
        "sandbox_url": account.url,
        "account_sid": account.sid,
        "auth_token": account.token,
        "numbers": account.numbers,
    }


def _write(path: Path, facts: dict[str, Any]) -> None:
    """At once or not at all; only this user may read it."""
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(facts, file, indent=2)
        file.write("\n")
    new.replace(path)
