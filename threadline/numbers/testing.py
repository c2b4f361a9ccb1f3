"""Connections and numbers for tests, made without asking any carrier."""

import itertools
import secrets
from typing import Any

from django.utils import timezone

from threadline.accounts.models import Workspace
from threadline.accounts.testing import make_workspace
from threadline.numbers.models import Connection, Number

TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105
NOWHERE = "http://127.0.0.1:9"  # a loopback port where nothing answers
_serial = itertools.count(1)


def make_connection(workspace: Workspace | None = None, auth_token: str = TOKEN, **fields: Any) -> Connection:
    """A connection with TOKEN, to a sandbox address where nothing answers unless base_url says otherwise."""
    fields.setdefault("account_sid", "AC" + secrets.token_hex(16))
    fields.setdefault("base_url", NOWHERE)
    fields.setdefault("account_type", "Full")
    fields.setdefault("looked_at", timezone.now())
    connection = Connection(workspace=workspace or make_workspace(), **fields)
    connection.auth_token = auth_token
    connection.save()
    return connection


def make_number(connection: Connection | None = None, phone: str = "", **fields: Any) -> Number:
    """A claimed number that can text; the first of its workspace is the default one."""
    connection = connection or make_connection()
    workspace = connection.workspace
    fields.setdefault("is_default", not workspace.numbers.filter(is_default=True).exists())
    fields.setdefault("claimed_at", timezone.now())
    return Number.objects.create(
        workspace=workspace,
        connection=connection,
        account_sid=connection.account_sid,
        sid="PN" + secrets.token_hex(16),
        phone=phone or f"+1833555{next(_serial) % 10_000:04d}",
        **fields,
    )
