"""The live stream: hints to browsers that something changed, as server-sent events on raw ASGI.

A hint says what it is about and up to which event; the browser then asks the page for what is newer. One task per
process reads the events, whatever the number of streams; a stream holds only its own little state.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

from django.db import connection

from threadline.events.models import Event
from threadline.events.read import latest_id
from threadline.lib.doorbell import Doorbell

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
# From the request's headers to the workspace's id, None for nobody. Blocking: it runs in a thread.
Authenticate = Callable[[dict[bytes, bytes]], int | None]

COALESCE = 0.25  # seconds: at most four bursts of hints a second and stream
KEEP_ALIVE = 20.0
LONGEST = 900.0  # then the browser comes back, and is asked again who it is
POLL = 1.0  # seconds between looks when no bell rings
MOST_EVENTS = 2_000  # in one look; also the longest replay, beyond which the browser asks for everything

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
_NOBODY = (
    {"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]},
    {"type": "http.response.body"},
)


class Stream:
    """One open stream: what it must still be told (subject → event id), and the sleep of the task that tells it."""

    __slots__ = ("ended", "pending", "sleep", "quiet", "workspace_id")

    def __init__(self, workspace_id: int) -> None:
        self.workspace_id = workspace_id
        self.pending: dict[str, int] = {}
        self.quiet = False
        self.ended = False
        self.sleep: asyncio.Future[bool] | None = None

    def wake(self) -> None:
        """Something is pending; while the stream is quiet, that waits for the end of its pause."""
        if not self.quiet:
            self._resolve(True)

    def end(self) -> None:
        """The browser or the server goes."""
        self.ended = True
        self._resolve(True)

    async def rest(self, seconds: float, quiet: bool = False) -> bool:
        """Sleep at most so long; False when the time ran out."""
        loop = asyncio.get_running_loop()
        self.quiet = quiet
        self.sleep = loop.create_future()
        timer = loop.call_later(seconds, self._resolve, False)
        try:
            return await self.sleep
        finally:
            timer.cancel()
            self.sleep, self.quiet = None, False

    def _resolve(self, woken: bool) -> None:
        if self.sleep is not None and not self.sleep.done():
            self.sleep.set_result(woken)


class Live:
    """The streams of one process. `start` and `stop` from the event loop that serves them."""

    def __init__(self, authenticate: Authenticate) -> None:
        self.authenticate = authenticate
        self.streams: dict[int, set[Stream]] = {}
        self.stopping = False
        self._cursor = 0
        self._poller: asyncio.Task[None] | None = None
        self._bell_thread = ThreadPoolExecutor(1, thread_name_prefix="live-events")
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="live-open")

    def start(self) -> None:
        """Begin to follow the events."""
        self._poller = asyncio.get_running_loop().create_task(self._follow())

    async def stop(self) -> None:
        """End every stream, so that the server need not wait for them, and stop following."""
        self.end_streams()
        if self._poller is not None:
            await self._poller
        self._bell_thread.shutdown(wait=False)
        self._threads.shutdown(wait=False)

    def end_streams(self) -> None:
        """Let every open stream end its answer at once; new ones are not taken."""
        self.stopping = True
        for streams in self.streams.values():
            for stream in streams:
                stream.end()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve GET /live[?since=<event id>] until the browser or the server goes."""
        loop = asyncio.get_running_loop()
        workspace_id = None
        if scope["method"] == "GET" and not self.stopping:
            headers = dict(scope["headers"])
            workspace_id = await loop.run_in_executor(self._threads, _with_database, self.authenticate, headers)
        if workspace_id is None:
            for part in _NOBODY:
                await send(part)
            return
        stream = Stream(workspace_id)
        stream.ended = self.stopping
        self.streams.setdefault(workspace_id, set()).add(stream)  # before the replay, so that nothing falls between
        gone = loop.create_task(_until_gone(receive, stream))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            since = _since(scope)
            if since is not None:
                found = await loop.run_in_executor(self._threads, _with_database, _newer, workspace_id, since)
                for subject, event in found.items():
                    stream.pending[subject] = max(event, stream.pending.get(subject, 0))
            await _write(stream, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:
            pass  # the browser is gone
        finally:
            gone.cancel()
            self._forget(stream)

    def _forget(self, stream: Stream) -> None:
        streams = self.streams.get(stream.workspace_id, set())
        streams.discard(stream)
        if not streams:
            self.streams.pop(stream.workspace_id, None)

    async def _follow(self) -> None:
        """Read new events as the bell rings, and leave them with the streams they concern."""
        loop = asyncio.get_running_loop()
        bell: Doorbell | None = None
        started = False
        while not self.stopping:
            try:
                if bell is None:
                    opened: Doorbell = await loop.run_in_executor(
                        self._bell_thread, _with_database, Doorbell, ["events"]
                    )
                    bell = opened
                if not started:
                    self._cursor = await loop.run_in_executor(self._bell_thread, _with_database, latest_id)
                    started = True
                await loop.run_in_executor(self._bell_thread, _wait, bell)
                while await self._look(loop):
                    pass
            except Exception:
                logger.exception("The live stream cannot read events; trying again")
                await asyncio.sleep(POLL)
        await loop.run_in_executor(self._bell_thread, _hang_up, bell)

    async def _look(self, loop: asyncio.AbstractEventLoop) -> bool:
        """One look at what is new; True when there may be more."""
        found = await loop.run_in_executor(self._bell_thread, _with_database, _after, self._cursor)
        for event_id, workspace_id, subject in found:
            self._cursor = event_id
            for stream in self.streams.get(workspace_id, ()):
                stream.pending[subject] = event_id
        for workspace_id in {row[1] for row in found}:
            for stream in self.streams.get(workspace_id, ()):
                stream.wake()
        return len(found) >= MOST_EVENTS


async def _write(stream: Stream, send: Send) -> None:
    """Tell what is pending, then pause so that more can gather; else sleep, with a sign of life now and then."""
    await send({"type": "http.response.body", "body": b": hello\n\n", "more_body": True})
    loop = asyncio.get_running_loop()
    until = loop.time() + LONGEST
    while not stream.ended and loop.time() < until:
        if stream.pending:
            pending, stream.pending = stream.pending, {}
            body = "".join(map(_hint, pending.items())).encode()
            await send({"type": "http.response.body", "body": body, "more_body": True})
            await stream.rest(COALESCE, quiet=True)
        elif not await stream.rest(KEEP_ALIVE):
            await send({"type": "http.response.body", "body": b": still here\n\n", "more_body": True})


async def _until_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


def _hint(pending: tuple[str, int]) -> str:
    subject, event = pending
    conversation = subject if subject.startswith("conv_") else ""
    hint = {"subject": subject, "conversation": conversation, "event": event}
    return f"event: hint\ndata: {json.dumps(hint)}\n\n"


def _since(scope: Scope) -> int | None:
    """The event id that the browser has seen: from the query, or what EventSource sends by itself."""
    given = parse_qs(scope["query_string"].decode("latin-1")).get("since", [""])[0]
    return int(given) if given.isdigit() and len(given) < 19 else None


def _after(cursor: int) -> list[tuple[int, int, str]]:
    events = Event.objects.filter(id__gt=cursor).order_by("id")
    return list(events.values_list("id", "workspace_id", "subject")[:MOST_EVENTS])


def _newer(workspace_id: int, since: int) -> dict[str, int]:
    """The latest event of each subject after `since`; when there were too many, one hint that names none."""
    events = Event.objects.filter(workspace_id=workspace_id, id__gt=since).order_by("id")
    found = list(events.values_list("subject", "id")[: MOST_EVENTS + 1])
    return dict(found) if len(found) <= MOST_EVENTS else {"": latest_id()}


def _wait(bell: Doorbell) -> None:
    bell.wait(POLL)


def _hang_up(bell: Doorbell | None) -> None:
    if bell is not None:
        bell.close()
    connection.close()


def _with_database(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run something blocking in a pool's thread; a broken connection is not kept for the next one."""
    try:
        return function(*arguments)
    finally:
        connection.close_if_unusable_or_obsolete()
