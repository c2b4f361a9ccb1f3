"""Which role may do what: one table, one question, one decorator."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from threadline.accounts.models import Member, Role, Workspace

VERBS: Final = {
    "read": _("read texts"),
    "send": _("send texts"),
    "manage_contacts": _("change people and lists"),
    "manage_campaigns": _("change campaigns"),
    "approve_campaigns": _("approve campaigns"),
    "manage_connections": _("change the Twilio credentials"),
    "manage_numbers": _("change phone numbers"),
    "manage_members": _("change who belongs to the workspace"),
    "manage_billing": _("change billing"),
    "manage_workspace": _("change the workspace"),
}

_WORKS: Final = frozenset({"read", "send", "manage_contacts", "manage_campaigns"})

ROLES: Final[dict[str, frozenset[str]]] = {
    Role.OWNER: frozenset(VERBS),
    Role.ADMIN: frozenset(VERBS),
    Role.MEMBER: _WORKS,
    Role.VIEWER: frozenset({"read"}),
}

View = Callable[..., HttpResponse]


def allows(role: str, verb: str) -> bool:
    """Whether the role may do the verb; a verb that is not in the table is a mistake of ours (KeyError)."""
    if verb not in VERBS:
        raise KeyError(verb)
    return verb in ROLES.get(role, frozenset())


def who_may(workspace: Workspace, verb: str) -> list[Member]:
    """The members of the workspace whose role allows the verb, owners first."""
    roles = [role for role in Role.values if allows(role, verb)]
    members = workspace.members.filter(removed_at=None, role__in=roles).select_related("user").order_by("id")
    return sorted(members, key=lambda member: roles.index(member.role))


def require(verb: str) -> Callable[[View], View]:
    """Let only members whose role allows `verb` reach the view; others get a 403 page that names who can do it."""
    if verb not in VERBS:
        raise KeyError(verb)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            member: Member | None = getattr(request, "member", None)
            if member is not None and member.may(verb):
                return view(request, *args, **kwargs)
            return forbidden(request, verb)

        guarded.verb = verb  # type: ignore[attr-defined]  # the stranger's walk reads it
        return guarded

    return decorate


def forbidden(request: HttpRequest, verb: str) -> HttpResponse:
    """The 403 page: what is not allowed, and whom to ask."""
    workspace: Workspace | None = getattr(request, "workspace", None)
    people = who_may(workspace, verb) if workspace else []
    return render(request, "accounts/forbidden.html", {"what": VERBS[verb], "people": people}, status=403)
