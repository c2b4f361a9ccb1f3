"""What this room puts into the frame: Settings in the rail, its pages, and the workspace switcher."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from threadline.accounts.choice import memberships
from threadline.ui import rail, settings_nav, workspaces


def fill() -> None:
    """Called once, when the room starts."""
    rail.add(rail.Entry(_("Settings"), "accounts:settings", "settings", key="s"))
    settings_nav.add(settings_nav.Page(_("Workspace"), "accounts:workspace", "building-2", "read", 10))
    settings_nav.add(settings_nav.Page(_("Members"), "accounts:members", "users", "read", 40))
    settings_nav.add(settings_nav.Page(_("Your profile"), "accounts:profile", "user-round", "", 90))
    workspaces.provide(_choices)


def _choices(request: HttpRequest) -> list[workspaces.Choice]:
    if not request.user.is_authenticated:
        return []
    current = getattr(request, "workspace", None)
    return [
        workspaces.Choice(
            member.workspace.name,
            reverse("accounts:switch", args=[member.workspace.public_id]),
            member.workspace == current,
        )
        for member in memberships(request.user)
    ]
