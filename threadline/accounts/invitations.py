"""Verbs on invitations: make a link, look it up, take it once, revoke it. Only a hash of the link is stored."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from threadline.accounts import audit, members
from threadline.accounts.models import Invitation, Member, Role, User, Workspace
from threadline.events.publish import Happening, publish
from threadline.events.types import WORKSPACE_CHANGED
from threadline.lib import clock

LIFETIME: Final = timedelta(days=7)


class UnusableError(Exception):
    """The link was taken, revoked or too old, or never was one."""


def waiting(workspace: Workspace) -> QuerySet[Invitation]:
    """The invitations that can still be taken, newest first."""
    return _usable().filter(workspace=workspace).select_related("created_by__user").order_by("-id")


@transaction.atomic
def create(actor: Member, role: str) -> tuple[Invitation, str]:
    """Make an invitation; returns it with its token, which is in the link and nowhere else."""
    if role == Role.OWNER and actor.role != Role.OWNER:
        raise members.NotAllowedError(_("Only an owner can make or unmake an owner."))
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        workspace=actor.workspace,
        role=role,
        token_hash=_hash(token),
        created_by=actor,
        expires_at=clock.now() + LIFETIME,
    )
    audit.record(actor.workspace, actor, "invitation.made", invitation.public_id, role=role)
    return invitation, token


def find(token: str) -> Invitation:
    """The invitation of a link, with its workspace; UnusableError when it cannot be taken (any more)."""
    invitation = _usable().filter(token_hash=_hash(token)).select_related("workspace", "created_by__user").first()
    if invitation is None:
        raise UnusableError
    return invitation


@transaction.atomic
def accept(token: str, user: User) -> Member:
    """Take the invitation for the person, once, however many try at the same moment; UnusableError for all but one.

    Somebody who is a member already stays what they are, and the link stays good for another person.
    """
    invitation = find(token)
    workspace = invitation.workspace
    if member := members.standing(workspace).filter(user=user).first():
        return member
    if not _settle(invitation, accepted_at=clock.now()):
        raise UnusableError
    member = members.join(user, workspace, invitation.role)
    Invitation.objects.filter(pk=invitation.pk).update(accepted_by=member)
    audit.record(workspace, member, "member.joined", member.public_id, role=member.role, email=user.email)
    publish([Happening(workspace.pk, WORKSPACE_CHANGED, workspace.public_id, {})])
    return member


@transaction.atomic
def sign_up(token: str, email: str, name: str, password: str) -> Member:
    """Make a new person and take the invitation for them, both or neither; UnusableError as for accept."""
    return accept(token, User.objects.create_user(email, password, name=name))


@transaction.atomic
def revoke(actor: Member, invitation: Invitation) -> bool:
    """Make the link useless; False when it was taken, revoked or too old already."""
    if not _settle(invitation, revoked_at=clock.now()):
        return False
    audit.record(actor.workspace, actor, "invitation.revoked", invitation.public_id, role=invitation.role)
    return True


def _usable() -> QuerySet[Invitation]:
    """Not taken, not revoked, not too old, and made by somebody who still belongs."""
    return Invitation.objects.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=clock.now(), created_by__removed_at=None
    )


def _settle(invitation: Invitation, **end: datetime) -> bool:
    """Take or revoke it, if nobody did meanwhile; without joins, so PostgreSQL looks again under the row's lock."""
    return bool(Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(**end))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
