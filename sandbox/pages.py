"""The handsets page."""

from aiohttp import web


async def home(request: web.Request) -> web.Response:
    """GET /: the phones."""
    return web.Response(text="<!doctype html><title>Handsets</title>", content_type="text/html")


ROUTES = (("GET", "/", home),)
