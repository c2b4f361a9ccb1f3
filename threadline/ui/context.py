"""What the frame needs on every page. Each part is looked up only when a template asks for it."""

from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from threadline.ui import banners, rail, settings_nav, workspaces

# Every custom element is a module of its own: pages load them all, browsers keep them by content.
ELEMENTS: Final = tuple(
    f"ui/js/{path.name}" for path in sorted((Path(__file__).parent / "static/ui/js").glob("*-*.js"))
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Scripts (elements), rail, settings_nav, banners, workspaces compose_url ("" without one), account_url."""
    return {
        "elements": ELEMENTS,
        "rail": SimpleLazyObject(lambda: rail.links(request)),
        "settings_nav": SimpleLazyObject(lambda: settings_nav.links(request)),
        "banners": SimpleLazyObject(lambda: banners.shown(request)),
        "workspaces": SimpleLazyObject(lambda: list(workspaces.choices(request))),
        "compose_url": SimpleLazyObject(lambda: _compose_url(request)),
        "account_url": SimpleLazyObject(lambda: _url("accounts:profile")),
        "workspace": getattr(request, "workspace", None),
        "member": getattr(request, "member", None),
    }


def _compose_url(request: HttpRequest) -> str:
    member = getattr(request, "member", None)
    return _url("inbox:compose") if member and member.may("send") else ""


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
