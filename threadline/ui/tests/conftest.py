"""Chromium on the small site of these tests."""

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import DESKTOP, Pages
from threadline.ui import banners, rail, settings_nav, workspaces
from threadline.ui.tests.site import Heard


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    heard: Heard


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Tests need no access log."""

    def get_environ(self) -> dict[str, Any]:
        assert isinstance(self.server, _Threads)
        return {**super().get_environ(), "threadline.heard": self.server.heard}


@pytest.fixture
def areas(settings: Any) -> Iterator[None]:
    """The small site with two areas in the rail, one page of Settings and one banner, whatever rooms exist."""
    settings.ROOT_URLCONF = "threadline.ui.tests.site"
    kept = [dict(rail._entries), dict(settings_nav._pages), list(banners._lookers), list(workspaces._providers)]
    registries: list[Any] = [rail._entries, settings_nav._pages, banners._lookers, workspaces._providers]
    for registry in registries:
        registry.clear()
    rail.add(rail.Entry("Settings", "accounts:settings", "settings", key="s"))
    rail.add(rail.Entry("Messages", "inbox:compose", "messages-square", key="i"))
    settings_nav.add(settings_nav.Page("Profile", "accounts:profile", "user-round"))
    banners.add(lambda request: banners.Banner("Nothing leaves this machine.", "practice", "Practice mode."))
    yield
    for registry, before in zip(registries, kept, strict=True):
        registry.clear()
        getattr(registry, "update" if isinstance(registry, dict) else "extend")(before)


@pytest.fixture
def site(areas: None) -> Iterator[Heard]:
    """The site on a port of its own; yields what it hears. `site.url` is its address."""
    from django.core.wsgi import get_wsgi_application

    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Threads, handler_class=_Quiet)
    heard = server.heard = Heard(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield heard
    for stream in heard.hints:
        stream.put(None)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def pages(site: Any, browser: Browser) -> Iterator[Pages]:
    opened = Pages(browser, site.url, lambda: None)
    yield opened
    opened.close()
    assert opened.errors == []


@pytest.fixture
def page(pages: Pages) -> Page:
    return pages.open(DESKTOP)
