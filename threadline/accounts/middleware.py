"""Puts the chosen workspace and the person's membership on every request."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from threadline.accounts import choice
from threadline.accounts.models import Member


class WorkspaceMiddleware:
    """Sets request.workspace and request.member; both None for people who are not signed in or belong nowhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member = None
        if request.user.is_authenticated:
            member = choice.chosen(request.user, request.session)
            if member is not None:
                member.user = request.user
        request.member = member  # type: ignore[attr-defined]
        request.workspace = member.workspace if member else None  # type: ignore[attr-defined]
        with timezone.override(_zone(member)):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """A person without a workspace reaches the account's own pages and nothing else."""
        if not request.user.is_authenticated or getattr(request, "member", None) is not None:
            return None
        if _works_alone(request, view):
            return None
        return render(request, "accounts/no_workspace.html", status=403)


def _zone(member: Member | None) -> ZoneInfo | None:
    """The zone of times that the server writes: the person's, else the workspace's; None keeps UTC."""
    for name in (member.user.timezone, member.workspace.timezone) if member else ():
        try:
            return ZoneInfo(name)
        except (ValueError, KeyError, OSError):  # "", or a zone this machine does not know
            continue
    return None


def needs_no_workspace(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that a signed-in person without any workspace may open."""
    view.needs_workspace = False  # type: ignore[attr-defined]
    return view


def _works_alone(request: HttpRequest, view: Callable[..., HttpResponse]) -> bool:
    if getattr(view, "login_required", True) is False or getattr(view, "needs_workspace", True) is False:
        return True
    match = request.resolver_match
    return match is not None and match.route.startswith("accounts/")  # allauth: sign out, password, two-factor
