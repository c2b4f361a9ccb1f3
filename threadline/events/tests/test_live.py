"""The live stream: hints, coalesced; a replay of what was missed; an end when the server ends."""

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from threadline.accounts.models import Workspace
from threadline.accounts.testing import make_workspace
from threadline.events import live as room
from threadline.events import read
from threadline.events.live import Live
from threadline.events.publish import Happening, publish
from threadline.events.types import CONVERSATION_CHANGED

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def _publish(workspace: Workspace, *subjects: str) -> None:
    with transaction.atomic():
        publish([Happening(workspace.id, CONVERSATION_CHANGED, subject) for subject in subjects])


@asynccontextmanager
async def _running(workspace: Workspace | None) -> AsyncIterator[Live]:
    live = Live(lambda headers: workspace.id if workspace else None)
    live.start()
    await asyncio.sleep(0.05)
    try:
        yield live
    finally:
        await live.stop()


class Browser:
    """One open stream and what came over it."""

    def __init__(self, live: Live, query: str = "", method: str = "GET") -> None:
        self.sent: list[MutableMapping[str, Any]] = []
        self.closed = asyncio.Event()
        scope = {"method": method, "query_string": query.encode(), "headers": []}
        self.task = asyncio.create_task(live(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        if not self.sent:
            return {"type": "http.request"}
        await self.closed.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        self.sent.append(message)

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.sent).decode()

    @property
    def hints(self) -> list[str]:
        lines = [line for line in self.text.splitlines() if line.startswith("data: ")]
        return [json.loads(line[6:])["subject"] for line in lines]

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(5):
            while len(self.hints) < count:
                await asyncio.sleep(0.01)
        return self.hints


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


@pytest.fixture(autouse=True)
def quick_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "POLL", 0.1)


async def test_a_hint_names_its_subject_and_event_and_nothing_else(workspace: Workspace) -> None:
    async with _running(workspace) as live:
        browser = Browser(live)
        await asyncio.sleep(0.1)
        await _publish(workspace, "conv_1")
        assert await browser.until(1) == ["conv_1"]
    data = json.loads(browser.text.split("data: ")[1].split("\n")[0])
    assert set(data) == {"subject", "conversation", "event"}
    assert data["conversation"] == "conv_1"
    assert browser.sent[0]["status"] == 200


async def test_only_a_conversation_is_called_one(workspace: Workspace) -> None:
    async with _running(workspace) as live:
        browser = Browser(live)
        await asyncio.sleep(0.1)
        await _publish(workspace, "cmp_1")
        assert await browser.until(1) == ["cmp_1"]
    assert json.loads(browser.text.split("data: ")[1].split("\n")[0])["conversation"] == ""


async def test_another_workspaces_events_are_not_heard(workspace: Workspace) -> None:
    other = await sync_to_async(make_workspace)()
    async with _running(workspace) as live:
        browser = Browser(live)
        await asyncio.sleep(0.1)
        await _publish(other, "conv_theirs")
        await _publish(workspace, "conv_ours")
        assert await browser.until(1) == ["conv_ours"]


async def test_hints_of_a_moment_are_gathered(workspace: Workspace) -> None:
    async with _running(workspace) as live:
        browser = Browser(live)
        await asyncio.sleep(0.1)
        for _ in range(10):
            await _publish(workspace, "conv_1", "conv_2")
            await asyncio.sleep(0.01)
        await asyncio.sleep(2 * room.COALESCE)
    assert 2 <= len(browser.hints) <= 6
    last = json.loads(browser.text.split("data: ")[-1].split("\n")[0])
    assert last["event"] == await sync_to_async(read.latest_id)()


async def test_since_replays_what_was_missed_once_per_conversation(workspace: Workspace) -> None:
    await _publish(workspace, "conv_seen")
    cursor = await sync_to_async(read.latest_id)()
    await _publish(workspace, "conv_1", "conv_2", "conv_1")
    async with _running(workspace) as live:
        browser = Browser(live, f"since={cursor}")
        assert sorted(await browser.until(2)) == ["conv_1", "conv_2"]


async def test_a_gap_too_long_to_replay_asks_for_everything(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _publish(workspace, *(f"conv_{n}" for n in range(5)))
    monkeypatch.setattr(room, "MOST_EVENTS", 3)
    async with _running(workspace) as live:
        assert await Browser(live, "since=0").until(1) == [""]


async def test_a_sign_of_life_comes_while_nothing_happens(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "KEEP_ALIVE", 0.05)
    async with _running(workspace) as live:
        browser = Browser(live)
        await asyncio.sleep(0.5)
    assert ": still here" in browser.text


async def test_nobody_and_other_methods_get_no_stream(workspace: Workspace) -> None:
    async with _running(None) as live:
        browser = Browser(live)
        await browser.task
        assert browser.sent[0]["status"] == 401
    async with _running(workspace) as live:
        browser = Browser(live, method="POST")
        await browser.task
        assert browser.sent[0]["status"] == 401


async def test_streams_end_with_the_server_and_are_forgotten_with_the_browser(workspace: Workspace) -> None:
    async with _running(workspace) as live:
        gone, kept = Browser(live), Browser(live)
        await asyncio.sleep(0.1)
        assert len(live.streams[workspace.id]) == 2
        gone.closed.set()
        await asyncio.wait_for(gone.task, 1)
        assert len(live.streams[workspace.id]) == 1
        live.end_streams()
        await asyncio.wait_for(kept.task, 1)
        assert live.streams == {}
        assert kept.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
        late = Browser(live)
        await asyncio.wait_for(late.task, 1)
        assert late.sent[0]["status"] == 401


async def test_a_database_that_fails_for_a_moment_does_not_end_the_stream(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "POLL", 0.05)
    look = room._after
    failed: list[int] = []

    def broken(cursor: int) -> list[tuple[int, int, str]]:
        if not failed:
            failed.append(cursor)
            raise RuntimeError("no database")
        return look(cursor)

    async with _running(workspace) as live:
        monkeypatch.setattr(room, "_after", broken)
        browser = Browser(live)
        await asyncio.sleep(0.1)
        await _publish(workspace, "conv_1")
        assert await browser.until(1) == ["conv_1"]
    assert failed
