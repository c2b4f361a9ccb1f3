"""Which key a request carries: as a bearer token, or as the user name of HTTP Basic."""

import base64
import binascii
from typing import Any, Final

from django.http import HttpRequest
from ninja.security import HttpBasicAuth, HttpBearer

from threadline.api import keys
from threadline.api.models import ApiKey
from threadline.api.problems import AUTHENTICATION, Problem


def identify(request: HttpRequest) -> ApiKey:
    """The key with its workspace, once per request. Raises Problem (401)."""
    known: ApiKey | None = getattr(request, "api_key", None)
    if known is not None:
        return known
    secret = _secret(request.META.get("HTTP_AUTHORIZATION", ""))
    if not secret:
        raise _refusal("key_missing", "Send your API key in the header “Authorization: Bearer tl_…”.")
    key = keys.find(secret)
    if key is None:
        raise _refusal("key_unknown", "There is no such API key. Make one under Settings, API keys.")
    if key.revoked_at is not None:
        raise _refusal("key_revoked", f"The API key {key.name} was revoked. Make another under Settings, API keys.")
    keys.touch(key)
    request.api_key = key  # type: ignore[attr-defined]
    return key


def _secret(header: str) -> str:
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[0]
        except (binascii.Error, ValueError):
            return ""
    return ""


def _refusal(code: str, message: str) -> Problem:
    return Problem(401, AUTHENTICATION, code, message, "Authorization")


class BearerKey(HttpBearer):
    def __call__(self, request: HttpRequest) -> Any:
        return identify(request)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return identify(request)


class BasicKey(HttpBasicAuth):
    def authenticate(self, request: HttpRequest, username: str, password: str) -> Any:
        return identify(request)


SECURITY: Final = [BearerKey(), BasicKey()]  # the second is for the description: the first knows both
