"""Invitation links: making, revoking and opening them."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from threadline.accounts import invitations, members
from threadline.accounts.choice import SESSION_KEY
from threadline.accounts.forms import JoinForm, RoleForm
from threadline.accounts.models import Member
from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.accounts.views.members import listing

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@require_POST
@require("manage_members")
def create(request: MemberRequest) -> HttpResponse:
    """Make a link and show it, this once: it is in no database and on no later page."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles."))
        return redirect("accounts:members")
    try:
        invitation, token = invitations.create(request.member, form.cleaned_data["role"])
    except members.NotAllowedError as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:members")
    link = request.build_absolute_uri(reverse("accounts:invitation", args=[token]))
    return render(request, "accounts/members.html", listing(request) | {"invite_link": link, "invitation": invitation})


@require_POST
@require("manage_members")
def revoke(request: MemberRequest, public_id: str) -> HttpResponse:
    invitation = get_object_or_404(request.workspace.invitations, public_id=public_id)
    if invitations.revoke(request.member, invitation):
        messages.success(request, _("The link no longer works."))
    else:
        messages.error(request, _("That link was used or revoked already."))
    return redirect("accounts:members")


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Join the signed-in person at the press of a button, or sign up somebody new with name and password."""
    try:
        invitation = invitations.find(token)
    except invitations.UnusableError:
        return render(request, "accounts/invitation_unusable.html", status=404)
    form = JoinForm(request.POST or None)
    if request.method == "POST":
        try:
            if request.user.is_authenticated:
                return _enter(request, invitations.accept(token, request.user))
            if form.is_valid():
                new = form.cleaned_data
                member = invitations.sign_up(token, new["email"], new["name"], new["password"])
                login(request, member.user, backend=_BACKEND)
                return _enter(request, member)
        except invitations.UnusableError:
            return render(request, "accounts/invitation_unusable.html", status=404)
    context = {"invitation": invitation, "form": form, "next": request.path}
    return render(request, "accounts/invitation.html", context, status=422 if form.errors else 200)


def _enter(request: HttpRequest, member: Member) -> HttpResponse:
    request.session[SESSION_KEY] = member.workspace.public_id
    messages.success(request, _("Welcome to %(workspace)s.") % {"workspace": member.workspace})
    return redirect("/")
