"""Settings → API keys: make one, see it once, take it back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.api import keys


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("Say which program uses it, so that you know what stops when you revoke it."),
    )


@require_GET
@require("manage_workspace")
def index(request: MemberRequest) -> HttpResponse:
    return render(request, "api/keys.html", _listing(request) | {"form": NameForm()})


@never_cache
@require_POST
@require("manage_workspace")
def create(request: MemberRequest) -> HttpResponse:
    """Make a key and show it, this once: it is in no database and on no later page."""
    form = NameForm(request.POST)
    if not form.is_valid():
        return render(request, "api/keys.html", _listing(request) | {"form": form}, status=422)
    key, secret = keys.create(request.workspace, form.cleaned_data["name"], request.member)
    return render(request, "api/keys.html", {"made": key, "secret": secret, "form": NameForm()} | _listing(request))


@require_POST
@require("manage_workspace")
def revoke(request: MemberRequest, public_id: str) -> HttpResponse:
    key = get_object_or_404(request.workspace.api_keys, public_id=public_id)
    if keys.revoke(key, request.member):
        messages.success(request, _("The key %(name)s no longer works.") % {"name": key.name})
    else:
        messages.error(request, _("That key was revoked already."))
    return redirect("api:keys")


def _listing(request: MemberRequest) -> dict[str, Any]:
    found = request.workspace.api_keys.order_by("-id")
    return {"keys": found.filter(revoked_at=None), "revoked": found.exclude(revoked_at=None)}
