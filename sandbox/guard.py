"""Keeps strangers' web pages away from the controls: right Host on every request, same origin on every write."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from . import hosts

ALLOWED: web.AppKey[frozenset[str]] = web.AppKey("allowed", frozenset)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PAGES = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse, with 403, what a page of another site could have sent; the carrier's API has its own password."""
    if request.path.startswith(("/2010-04-01/", "/~")):
        return await handler(request)
    host = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    if not hosts.is_loopback(host) and host not in request.app[ALLOWED]:
        raise web.HTTPForbidden(text=f"This sandbox does not answer as {host!r}; start it with --allow-host {host}\n")
    if request.method not in SAFE:
        _same_origin(request)
    answer = await handler(request)
    if not answer.prepared:
        answer.headers.update(PAGES)
    return answer


def _same_origin(request: web.Request) -> None:
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "none")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
        raise web.HTTPForbidden(text="The controls can only be used from the sandbox's own page or by a program\n")
    if site not in ("none", "same-origin"):
        raise web.HTTPForbidden(text="The controls cannot be used from another site\n")
    if origin is None and request.can_read_body and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Send application/json\n")
