"""Settings → Your profile: name and time zone; password and two-factor are allauth's pages, linked from here."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from threadline.accounts.forms import ProfileForm
from threadline.accounts.middleware import needs_no_workspace
from threadline.accounts.requests import MemberRequest


@needs_no_workspace
@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        if form.changed_data:
            request.user.save(update_fields=form.changed_data)
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    context = {"form": form, "tab": "profile"}
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)
