"""A cast for tests: Maria's plumbing firm, her colleagues, and a stranger from another one. Plain functions."""

import itertools
from typing import Any

from django.test import Client

from threadline.accounts.choice import SESSION_KEY
from threadline.accounts.models import Member, Role, User, Workspace

PASSWORD = "a plain test password"  # noqa: S105
_serial = itertools.count(1)


def make_user(email: str = "", **fields: Any) -> User:
    """A person who can sign in with PASSWORD."""
    serial = next(_serial)
    fields.setdefault("name", f"Colleague {serial}")  # unlike the people of contacts.testing
    return User.objects.create_user(email or f"person{serial}@example.com", PASSWORD, **fields)


def make_workspace(name: str = "Maria's Plumbing", **fields: Any) -> Workspace:
    return Workspace.objects.create(name=name, **fields)


def make_member(workspace: Workspace | None = None, role: str = Role.OWNER, user: User | None = None) -> Member:
    """A member of the workspace (a new one when none is given), by default its owner."""
    return Member.objects.create(workspace=workspace or make_workspace(), user=user or make_user(), role=role)


def sign_in(client: Client, member: Member) -> Client:
    """Sign the member's person in and choose the member's workspace; returns the client."""
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[SESSION_KEY] = member.workspace.public_id
    session.save()
    return client


def signed_in(member: Member | None = None) -> Client:
    """A fresh test client, signed in as the member (an owner of a new workspace when none is given)."""
    return sign_in(Client(), member or make_member())
