"""Settings → Members: who belongs to the workspace, with which role."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from threadline.accounts import invitations, members
from threadline.accounts.forms import RoleForm
from threadline.accounts.models import Member, Role
from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest


@require_GET
@require("read")
def index(request: MemberRequest) -> HttpResponse:
    """The list; those who may change it also see the invitations that wait."""
    return render(request, "accounts/members.html", listing(request))


@require_POST
@require("manage_members")
def change_role(request: MemberRequest, public_id: str) -> HttpResponse:
    member = _member(request, public_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles."))
        return redirect("accounts:members")
    try:
        members.change_role(request.member, member, form.cleaned_data["role"])
    except members.NotAllowedError as refusal:
        messages.error(request, str(refusal))
    else:
        role = Role(form.cleaned_data["role"]).label
        messages.success(request, _("%(name)s is now: %(role)s.") % {"name": member.user, "role": role})
    return redirect("accounts:members")


@require_POST
@require("manage_members")
def remove(request: MemberRequest, public_id: str) -> HttpResponse:
    member = _member(request, public_id)
    try:
        members.remove(request.member, member)
    except members.NotAllowedError as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:members")
    messages.success(request, _("%(name)s no longer belongs to this workspace.") % {"name": member.user})
    return redirect("/" if member.pk == request.member.pk else "accounts:members")


def listing(request: MemberRequest) -> dict[str, Any]:
    """What the members page shows."""
    may_edit = request.member.may("manage_members")
    return {
        "tab": "members",
        "members": members.standing(request.workspace),
        "invitations": invitations.waiting(request.workspace) if may_edit else [],
        "roles": grantable(request.member),
        "may_edit": may_edit,
    }


def grantable(member: Member) -> list[tuple[str, str]]:
    """The roles this member may give, as choices; only an owner makes owners."""
    return [(value, str(label)) for value, label in Role.choices if value != Role.OWNER or member.role == Role.OWNER]


def _member(request: MemberRequest, public_id: str) -> Member:
    return get_object_or_404(members.standing(request.workspace), public_id=public_id)
