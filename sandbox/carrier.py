"""Moves texts along their lives: wakes when one is due, takes a batch, writes it, queues the callbacks."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import clock, handsets, inbound, lifecycle, messages, optout
from .callbacks import CALLED, enqueue

if TYPE_CHECKING:
    from .network import Network

BATCH = 250
IDLE = 30.0
UPDATE = (
    "UPDATE messages SET status = :status, error_code = :error_code, sent = :sent, updated = :updated, price = :price,"
    " life = :life, next_at = :next_at WHERE id = :id"
)
NEXT = (
    "SELECT min(next_at) AS due FROM messages WHERE next_at IS NOT NULL",
    "SELECT min(due_at) AS due FROM intended",
)
log = logging.getLogger(__name__)


@dataclass
class Turn:
    """What one batch has changed."""

    arrived: list[dict[str, Any]] = field(default_factory=list)
    callbacks: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    costs: dict[str, int] = field(default_factory=dict)


class Carrier:
    """One task per process; its timers are rows, so they survive a restart."""

    def __init__(self, network: "Network") -> None:
        self.network = network
        self.bell = asyncio.Event()

    def start(self) -> None:
        """Begin moving texts."""
        self.task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop between two batches."""
        self.bell.set()
        await self.task

    def wake(self) -> None:
        """Something may be due earlier than thought."""
        self.bell.set()

    async def _run(self) -> None:
        while not self.network.stopping.is_set():
            self.bell.clear()
            try:
                busy = self.advance() + self.network.habits.speak(self.network)
            except Exception:
                log.exception("A batch of texts could not be moved along")
                busy = 0
                await asyncio.sleep(1)
            if busy:
                await asyncio.sleep(0)
                continue
            try:
                await asyncio.wait_for(self.bell.wait(), self._rest())
            except TimeoutError:
                continue

    def _rest(self) -> float:
        due = [self.network.store.row(query) for query in NEXT]
        soonest = min((row["due"] for row in due if row is not None and row["due"] is not None), default=None)
        return IDLE if soonest is None else float(min(max(soonest - clock.now(), 0.001), IDLE))

    def advance(self) -> int:
        """Take every text that is due one step on (all steps when fast); returns how many."""
        network, moment = self.network, clock.now()
        found = network.store.rows(
            "SELECT * FROM messages WHERE next_at <= ? ORDER BY next_at, id LIMIT ?", (moment, BATCH)
        )
        if not found:
            return 0
        turn = Turn()
        rows = [dict(row) for row in found]
        for row in rows:
            self._step(row, moment, turn)
        network.store.write_many(UPDATE, rows)
        enqueue(network, turn.callbacks, moment)
        for account_sid, micros in turn.costs.items():
            network.accounts.charge(account_sid, micros)
        handsets.touch(network, turn.arrived, moment)
        network.habits.note(network, turn.arrived, moment)
        for row in turn.arrived:
            if row["recipient"] in network.numbers.by_phone:
                inbound.forward(network, row)
        return len(rows)

    def _step(self, row: dict[str, Any], moment: float, turn: Turn) -> None:
        while row["life"]:
            step, _, row["life"] = lifecycle.split(row["life"])
            self._enter(row, step, moment, turn)
            pause = lifecycle.pause(row["life"], self.network.speed) if row["life"] else 0.0
            row["next_at"] = moment + pause
            if pause > 0:
                return
        row["next_at"] = None

    def _enter(self, row: dict[str, Any], step: str, moment: float, turn: Turn) -> None:
        row["updated"] = moment
        if step == "rated":
            row["price"] = messages.price(row["direction"], row["segments"], row["media"])
            turn.costs[row["account_sid"]] = turn.costs.get(row["account_sid"], 0) + row["price"]
            return
        if row["status"] == "scheduled" and self._is_out(row):
            step, row["verdict"], row["life"] = "failed", 21610, ""
        row["status"] = step
        if step in ("sent", "failed"):
            row["sent"] = row["sent"] or moment
        if step in ("failed", "undelivered"):
            row["error_code"] = row["verdict"]
        if step == "delivered" or (step == "sent" and row["life"] == "rated"):
            turn.arrived.append(row)
        if row["callback"] and step in CALLED and (step != "queued" or row["service_sid"]):
            turn.callbacks.append((dict(row), step))

    def _is_out(self, row: dict[str, Any]) -> bool:
        return optout.is_out(self.network, row["service_sid"], row["sender"], row["recipient"])
