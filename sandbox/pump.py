"""Delivers queued webhooks: oldest first, one at a time per message, many messages at once, retried as Twilio does."""

import asyncio
import json
import logging
from collections import deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from . import clock, overrides, replies, webhook
from .store import Row

if TYPE_CHECKING:
    from .network import Network

SLOTS, AHEAD, DRAIN = 64, 256, 5.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """One line of the debugger: what was called, and what came of it."""

    at: str
    kind: str
    message_sid: str
    url: str
    attempts: int
    outcome: str
    status: int
    error_code: int | None


class Pump:
    """One per process; its queue is a table, so what is undelivered at a stop goes out at the next start."""

    def __init__(self, network: "Network") -> None:
        self.network = network
        self.log: deque[Delivered] = deque(maxlen=500)
        self.bell = asyncio.Event()
        self.tasks: set[asyncio.Task[None]] = set()
        self.clear()

    def clear(self) -> None:
        """Forget what was loaded."""
        self.cursor = 0
        self.ready: deque[Row] = deque()
        self.busy: set[str] = set()
        self.waiting: dict[str, deque[Row]] = {}
        self.log.clear()

    def start(self) -> None:
        """Begin delivering."""
        self.task = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Something was queued."""
        self.bell.set()

    async def stop(self) -> None:
        """Let requests in flight finish, for a while."""
        self.bell.set()
        await self.task
        if self.tasks:
            _, late = await asyncio.wait(self.tasks, timeout=DRAIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self) -> None:
        while not self.network.stopping.is_set():
            self.bell.clear()
            self._load()
            while self.ready and len(self.tasks) < SLOTS:
                self._launch(self.ready.popleft())
            await self.bell.wait()

    def _load(self) -> None:
        if len(self.ready) >= SLOTS:
            return
        found = self.network.store.rows(
            "SELECT * FROM deliveries WHERE id > ? ORDER BY id LIMIT ?", (self.cursor, AHEAD)
        )
        moment = clock.now()
        for row in found:
            self.cursor = row["id"]
            if row["due_at"] > moment:
                asyncio.get_running_loop().call_later(row["due_at"] - moment, self._due, row)
            else:
                self.ready.append(row)

    def _due(self, row: Row) -> None:
        self.ready.append(row)
        self.wake()

    def _launch(self, row: Row) -> None:
        sid = row["message_sid"]
        if sid in self.busy:
            self.waiting.setdefault(sid, deque()).append(row)
            return
        self.busy.add(sid)
        task = asyncio.create_task(self._deliver(row))
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self.wake()
        if not task.cancelled() and (error := task.exception()):
            log.error("A webhook could not be made", exc_info=error)

    async def _deliver(self, row: Row) -> None:
        try:
            await self._attempt(row)
        finally:
            sid = row["message_sid"]
            self.busy.discard(sid)
            if queue := self.waiting.get(sid):
                self.ready.appendleft(queue.popleft())
                if not queue:
                    del self.waiting[sid]

    async def _attempt(self, row: Row) -> None:
        network, form = self.network, json.loads(row["params"])
        account = network.accounts.by_sid.get(row["account_sid"])
        if account is None or self._is_forgotten(row):
            return
        outcome = await self._call(row, row["url"], form, account.auth_token)
        if outcome.kind != "ok" and row["fallback"]:
            failed = {"ErrorCode": str(outcome.error_code), "ErrorUrl": row["url"].partition("#")[0]}
            outcome = await self._call(row, row["fallback"], form | failed, account.auth_token)
        network.store.write("DELETE FROM deliveries WHERE id = ?", (row["id"],))
        if outcome.kind == "ok" and row["kind"] == "inbound":
            replies.follow(network, row["message_sid"], outcome)

    def _is_forgotten(self, row: Row) -> bool:
        return self.network.store.row("SELECT 1 FROM deliveries WHERE id = ?", (row["id"],)) is None

    async def _call(self, row: Row, address: str, form: dict[str, str], secret: str) -> webhook.Outcome:
        url, limits = overrides.split(address)
        attempts = 0
        while True:
            attempts += 1
            outcome = await webhook.call(self.network.session, row["method"], url, form, secret, row["token"], limits)
            if attempts > limits.rc or not limits.retries(outcome.kind):
                break
            await asyncio.sleep(0.1 * attempts)
        line = (row["kind"], row["message_sid"], url, attempts, outcome.kind, outcome.status, outcome.error_code)
        self.log.append(Delivered(clock.iso(clock.now()) or "", *line))
        return outcome

    def newest(self, limit: int) -> list[dict[str, Any]]:
        """The last webhooks, oldest first."""
        return [asdict(entry) for entry in list(self.log)[-limit:]]
