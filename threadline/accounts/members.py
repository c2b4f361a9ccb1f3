"""Verbs on members: join, change role, remove. A workspace always keeps an owner."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member, Role, User, Workspace
from threadline.events.publish import Happening, publish
from threadline.events.types import WORKSPACE_CHANGED
from threadline.lib import clock


class NotAllowedError(Exception):
    """The change would break a rule; the text is a sentence for the person."""


def standing(workspace: Workspace) -> QuerySet[Member]:
    """The members that were not removed, with their people, in the order of joining."""
    return workspace.members.filter(removed_at=None).select_related("user").order_by("id")


def join(user: User, workspace: Workspace, role: str) -> Member:
    """Make the person a member with the role; one who was removed before comes back as the same member."""
    member, _made = Member.objects.update_or_create(
        workspace=workspace, user=user, defaults={"role": role, "removed_at": None}
    )
    return member


@transaction.atomic
def change_role(actor: Member, member: Member, role: str) -> None:
    """Give the member another role; NotAllowedError for owners' matters of others and for the last owner."""
    workspace = _lock(actor.workspace)
    member = standing(workspace).get(pk=member.pk)
    if role == member.role:
        return
    if Role.OWNER in (role, member.role) and actor.role != Role.OWNER:
        raise NotAllowedError(_("Only an owner can make or unmake an owner."))
    if member.role == Role.OWNER:
        _keep_an_owner(workspace, member)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    audit.record(workspace, actor, "member.role", member.public_id, before=before, after=role)
    publish([_changed(workspace)])


@transaction.atomic
def remove(actor: Member, member: Member) -> None:
    """Take the member out of the workspace; what they wrote keeps their name. NotAllowedError as for change_role."""
    workspace = _lock(actor.workspace)
    member = standing(workspace).get(pk=member.pk)
    if member.role == Role.OWNER:
        if actor.role != Role.OWNER:
            raise NotAllowedError(_("Only an owner can remove an owner."))
        _keep_an_owner(workspace, member)
    member.removed_at = clock.now()
    member.save(update_fields=["removed_at"])
    audit.record(workspace, actor, "member.removed", member.public_id, email=member.user.email, role=member.role)
    publish([_changed(workspace)])


def _lock(workspace: Workspace) -> Workspace:
    """One change of members at a time, so that two owners cannot demote each other at once."""
    return Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)


def _keep_an_owner(workspace: Workspace, leaving: Member) -> None:
    if not standing(workspace).filter(role=Role.OWNER).exclude(pk=leaving.pk).exists():
        raise NotAllowedError(
            _("%(name)s is the only owner. Make somebody else an owner first.") % {"name": leaving.user}
        )


def _changed(workspace: Workspace) -> Happening:
    return Happening(workspace.pk, WORKSPACE_CHANGED, workspace.public_id, {})
