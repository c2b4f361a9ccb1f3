"""Everything that happens in the background: loops in every worker process, chores in the one that holds the role."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from threadline.api import idempotency
from threadline.campaigns import engine
from threadline.campaigns.results import snapshots
from threadline.campaigns.running import follow
from threadline.contacts.importing import store as uploads
from threadline.events import read as events
from threadline.ingest import backlog, heartbeat, process, quarantine
from threadline.messaging import dispatch, history, media, people, reconcile
from threadline.numbers import chores
from threadline.worker import checkpoint, imports, simulations

MOST_CHUNKS = 100
BETWEEN_CHUNKS = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Loop:
    """`step` does a piece of work and says whether more waits; if not, it sleeps until a bell or `every` seconds."""

    name: str
    topics: tuple[str, ...]
    step: Callable[[], bool]
    every: float = 1.0
    rest: float = 0.0  # seconds after a step before the bell is heard again: what comes in bursts is done in batches


@dataclass(frozen=True, slots=True)
class Own:
    """A loop that waits and stops by itself."""

    name: str
    run: Callable[[threading.Event], None]


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that one process of the installation does every so many seconds."""

    name: str
    every: float
    act: Callable[[], object]


def _dispatch(stop: threading.Event) -> None:
    dispatch.run(stop, process.unread)


def _thoroughly(prune: Callable[[], int]) -> Callable[[], None]:
    """Prune chunk by chunk until nothing is left, with room for other writers in between."""

    def act() -> None:
        for _ in range(MOST_CHUNKS):
            if not prune():
                return
            time.sleep(BETWEEN_CHUNKS)

    return act


LOOPS: tuple[Loop | Own, ...] = (
    Loop("ingest", ("ingest",), process.step, rest=0.03),
    Own("dispatch", _dispatch),
    Loop("history", ("history",), history.sync_due),
    Loop("reconcile", ("reconcile",), reconcile.step),
    Loop("media", ("events",), media.fetch_due),
    Loop("campaigns", ("campaigns",), engine.step, every=0.5),
    Loop("leads", ("events",), follow.step, rest=0.2),
    Loop("results", ("events",), snapshots.Watch().step, rest=1.0),
    Loop("numbers", (), chores.refresh_due, every=15.0),
    Own("imports", imports.run),
    Own("simulations", simulations.run),
)

CHORES: tuple[Chore, ...] = (
    Chore("checkpoint", 1.0, checkpoint.run),
    Chore("name threads", 60.0, people.heal),
    Chore("prune events", 600.0, _thoroughly(events.prune)),
    Chore("prune webhooks", 600.0, _thoroughly(backlog.prune)),
    Chore("prune refused webhooks", 3600.0, quarantine.prune),
    Chore("prune heartbeats", 3600.0, heartbeat.prune),
    Chore("prune uploads", 3600.0, uploads.prune),
    Chore("prune idempotent requests", 3600.0, idempotency.prune_idempotency),
)
