"""Settings → Compliance: what every text of the workspace has to keep to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from threadline.accounts.permissions import forbidden, require
from threadline.accounts.requests import MemberRequest
from threadline.compliance import keywords, policy
from threadline.compliance.forms import PolicyForm


@require_http_methods(["GET", "POST"])
@require("read")
def index(request: MemberRequest) -> HttpResponse:
    """Everybody reads the policy; owners and admins change it."""
    may_edit = request.member.may("manage_workspace")
    if request.method == "GET":
        form = PolicyForm(instance=policy.of(request.workspace))
    elif not may_edit:
        return forbidden(request, "manage_workspace")
    else:
        form = PolicyForm(request.POST, instance=policy.of(request.workspace))
        if form.is_valid():
            policy.change(request.workspace, request.member, **form.cleaned_data)
            messages.success(request, _("Saved. It counts for every text from now on, also for those that wait."))
            return redirect("compliance:index")
    context = {"form": form, "may_edit": may_edit, "words": keywords.by_kind()}
    return render(request, "compliance/compliance.html", context, status=422 if form.errors else 200)
