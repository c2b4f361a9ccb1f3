"""Settings → Campaigns: what is asked for before a campaign may text many people."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from threadline.accounts import permissions
from threadline.accounts.permissions import forbidden, require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.launch import launch_rules


@require_http_methods(["GET", "POST"])
@require("read")
def edit(request: MemberRequest) -> HttpResponse:
    """Everybody sees the rules; owners and admins change them."""
    if request.method == "GET":
        return _page(request, launch_rules.Typed.saved(launch_rules.of(request.workspace)))
    if not request.member.may("manage_workspace"):
        return forbidden(request, "manage_workspace")
    typed = launch_rules.Typed.posted(request.POST)
    try:
        launch_rules.save(request.workspace, request.member, typed)
    except Invalid as invalid:
        return _page(request, typed, invalid.errors)
    messages.success(request, _("The rules are saved. They count for every campaign that is launched from now on."))
    return redirect("campaigns:launch_rules")


def _page(request: MemberRequest, typed: launch_rules.Typed, errors: dict[str, str] | None = None) -> HttpResponse:
    context = {
        "form": typed,
        "errors": errors or {},
        "may_edit": request.member.may("manage_workspace"),
        "approvers": permissions.who_may(request.workspace, "approve_campaigns"),
    }
    return render(request, "campaigns/launch_rules.html", context, status=422 if errors else 200)
