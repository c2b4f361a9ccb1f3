"""Settings → Workspace, and choosing the workspace one works in."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from threadline.accounts import audit
from threadline.accounts.choice import SESSION_KEY, memberships
from threadline.accounts.forms import WorkspaceForm
from threadline.accounts.permissions import forbidden, require
from threadline.accounts.requests import MemberRequest
from threadline.events.publish import Happening, publish
from threadline.events.types import WORKSPACE_CHANGED


@require_GET
@require("read")
def index(request: MemberRequest) -> HttpResponse:
    """Settings opens at its first tab."""
    return redirect("accounts:workspace")


@require_http_methods(["GET", "POST"])
@require("read")
def edit(request: MemberRequest) -> HttpResponse:
    """Everybody sees name, country and time zone; who may, changes them."""
    may_edit = request.member.may("manage_workspace")
    if request.method == "GET":
        form = WorkspaceForm(instance=request.workspace)
    elif not may_edit:
        return forbidden(request, "manage_workspace")
    else:
        form = WorkspaceForm(request.POST, instance=request.workspace)
        if form.is_valid():
            _save(request, form)
            messages.success(request, _("The workspace is saved."))
            return redirect("accounts:workspace")
        request.workspace.refresh_from_db()
    if not may_edit:
        for field in form.fields.values():
            field.disabled = True
    context = {"form": form, "may_edit": may_edit, "tab": "workspace"}
    return render(request, "accounts/workspace.html", context, status=422 if form.errors else 200)


@require_POST
def switch(request: MemberRequest, public_id: str) -> HttpResponse:
    """Work in another of one's workspaces from now on; a foreign id is a 404."""
    if public_id not in {member.workspace.public_id for member in memberships(request.user)}:
        raise Http404
    request.session[SESSION_KEY] = public_id
    return redirect("/")


def _save(request: MemberRequest, form: WorkspaceForm) -> None:
    if not form.changed_data:
        return
    workspace = request.workspace
    with transaction.atomic():
        workspace.save(update_fields=form.changed_data)
        after = {field: form.cleaned_data[field] for field in form.changed_data}
        before = {field: form.initial[field] for field in form.changed_data}
        audit.record(workspace, request.member, "workspace.changed", workspace.public_id, before=before, after=after)
        publish([Happening(workspace.pk, WORKSPACE_CHANGED, workspace.public_id, {})])
