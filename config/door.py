"""Who opens the live stream: the session cookie's person and the workspace they work in."""

from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user

from threadline.accounts import choice


def workspace_of(headers: dict[bytes, bytes]) -> int | None:
    """The id of the workspace that this browser's session may follow; None for nobody."""
    key = _session_key(headers.get(b"cookie", b"").decode("latin-1"))
    if not key:
        return None
    session: Any = import_module(settings.SESSION_ENGINE).SessionStore(key)
    request: Any = SimpleNamespace(session=session)
    user = get_user(request)  # checks that the password is still the one that opened the session
    if not user.is_authenticated or not user.is_active:
        return None
    member = choice.chosen(user, session)
    return member.workspace_id if member is not None and member.may("read") else None


def _session_key(cookies: str) -> str:
    try:
        morsel = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel is not None else ""
