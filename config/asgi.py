"""The one ASGI application: webhooks and the live stream on raw routes, Django as WSGI in four threads beside them."""

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from a2wsgi import WSGIMiddleware

from config.wsgi import application as pages  # isort: skip - starts Django, which the rest needs

from config.door import workspace_of
from threadline.events.live import Live
from threadline.ingest import routes
from threadline.ingest.edge import Edge
from threadline.ingest.writer import Writer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

THREADS = 4


class Application:
    """Dispatches by path; made once per process, started and stopped by the server's lifespan."""

    def __init__(self) -> None:
        self.writer = Writer()
        self.edge = Edge(self.writer)
        self.live = Live(workspace_of)
        self.pages: Any = WSGIMiddleware(cast(Any, pages), workers=THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            if path == "/live":
                await self.live(scope, receive, send)
            elif route := routes.match(path):
                await self.edge(scope, receive, send, route)
            else:
                self._believe_proxies(scope)
                await self.pages(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)

    def _believe_proxies(self, scope: Scope) -> None:
        """Give the pages the scheme and address of the person's browser, when a trusted proxy says them.

        Sign-in limits count by address: behind a proxy, everybody would share one.
        """
        trusts = self.edge.origins.trusts
        if not (self.edge.origins.proxies and (client := scope.get("client")) and trusts(client[0])):
            return
        headers = dict(scope["headers"])
        scheme = headers.get(b"x-forwarded-proto", b"").split(b",")[0].strip()
        if scheme in (b"http", b"https"):
            scope["scheme"] = scheme.decode()
        hops = [hop.strip() for hop in headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")]
        # Each proxy adds whom it heard from at the end: the last that is no proxy of ours is the browser.
        if browser := next((hop for hop in reversed(hops) if hop and not trusts(hop)), ""):
            scope["client"] = (browser, 0)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.writer.start()
                self.live.start()
                self._end_streams_on_signals()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.live.stop()
                await self.writer.stop()
                self.edge.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _end_streams_on_signals(self) -> None:
        """The server tells of its end only after the last answer: open streams must hear of it before."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)
            if callable(before):
                signal.signal(number, _then(before, loop, self.live.end_streams))


def _then(before: Callable[..., Any], loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> Callable[..., None]:
    def handle(number: int, frame: Any) -> None:
        loop.call_soon_threadsafe(act)
        before(number, frame)

    return handle


application = Application()
