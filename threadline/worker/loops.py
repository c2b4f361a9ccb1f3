"""Everything that happens in the background: loops that wait for a bell, and chores that come round by the clock."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from threadline.events import read
from threadline.ingest import backlog, heartbeat, process, quarantine
from threadline.messaging import dispatch, history, media, reconcile
from threadline.numbers import chores
from threadline.worker import checkpoint


@dataclass(frozen=True, slots=True)
class Loop:
    """`step` does a bounded piece of work and says whether there is more; it is called again when a topic rings."""

    name: str
    topics: tuple[str, ...]
    step: Callable[[], bool]
    pause: float = 1.0  # seconds between looks when no bell rings


@dataclass(frozen=True, slots=True)
class Chore:
    """Work that one process of all does, every `every` seconds."""

    name: str
    every: float
    run: Callable[[], object]


def send(stop: threading.Event) -> None:
    """Empty the outbox until told to stop; the sender keeps its own time, because texts are in the air."""
    dispatch.run(stop, process.unread)


LOOPS = (
    Loop("ingest", ("ingest",), process.step),
    Loop("reconcile", ("reconcile",), reconcile.step),
    Loop("history", ("history",), history.sync_due),
    Loop("media", ("events",), media.fetch_due),
    Loop("numbers", (), chores.refresh_due, pause=15.0),
)

CHORES = (
    Chore("checkpoint", 2, checkpoint.run),
    Chore("prune events", 3600, read.prune),
    Chore("prune webhooks", 3600, backlog.prune),
    Chore("prune refused webhooks", 3600, quarantine.prune),
    Chore("prune heartbeats", 3600, heartbeat.prune),
)
