"""A workspace whose worker is killed again and again, a carrier whose callbacks go astray, and what must hold."""

import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import Count, Sum

from sandbox.testing import RunningSandbox, eventually
from tests.chaos.workers import Work, Worker, fork
from threadline.billing.ledger import balance
from threadline.billing.models import LedgerEntry
from threadline.ingest import process
from threadline.ingest.models import RawRequest
from threadline.messaging.dispatch.loop import Sender
from threadline.messaging.models import Attempt, Message, OutboxEntry
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.send import send
from threadline.messaging.verdicts import Send
from threadline.numbers.models import Number
from threadline.worker import process as process_of_worker
from threadline.worker.loops import LOOPS, Own

BOUNDARIES = ("dispatch.before_wire", "dispatch.after_wire", "dispatch.after_post", "dispatch.before_settle")
PEOPLE = 20
GRACE = 1  # seconds that an unknown text stays unknown at least

# Status callbacks are lost, doubled and reordered; a few answers get lost as well, and a few texts are put off.
FAULTS = (
    {"kind": "lose_callback", "probability": 0.2},
    {"kind": "duplicate_callback", "probability": 0.2},
    {"kind": "reorder_callback", "probability": 0.2},
    {"kind": "close", "probability": 0.01},
    {"kind": "http", "status": 429, "probability": 0.004},
)


@dataclass
class World:
    """One run: texts go in by `ask`, workers are forked by `start`."""

    carrier: RunningSandbox
    number: Number
    log: Path
    asked: list[tuple[str, str]] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)

    def ask(self, count: int) -> None:
        """Ask for that many more texts, each with words of its own, to twenty people in turn."""
        new = [(f"+1813555{n % PEOPLE:04d}", f"Text {n}") for n in range(len(self.asked), len(self.asked) + count)]
        outcomes = send(self.number.workspace, [Outgoing(to=to, body=body) for to, body in new])
        assert all(isinstance(outcome.verdict, Send) for outcome in outcomes)
        self.asked += new

    def start(self, kill_at: str = "", flight: int = 100) -> Worker:
        """A worker with everything that a text needs, which dies where `kill_at` says."""
        return self._fork(whole_worker(flight), kill_at)

    def start_sender_alone(self) -> Worker:
        """A process that sends, and does nothing else."""
        return self._fork(lambda stop: Sender(process.unread).run(stop))

    def _fork(self, work: Work, kill_at: str = "") -> Worker:
        self.workers.append(fork(work, self.log, kill_at))
        return self.workers[-1]

    def end(self) -> None:
        """Leave no worker behind, whatever became of the test."""
        for worker in self.workers:
            worker.kill()


def whole_worker(flight: int) -> Work:
    """The real worker, every loop and chore of it, with so many texts in the air at once."""

    def work(stop: threading.Event) -> None:
        sending = Own("dispatch", lambda stop: Sender(process.unread, flight).run(stop))
        worker = process_of_worker.Worker(loops=[sending if loop.name == "dispatch" else loop for loop in LOOPS])
        worker.stop = stop
        worker.run()

    return work


def rampage(world: World, texts: int, kills: int, least: int, seed: int) -> Counter[str]:
    """Kill the worker `kills` times, at least `least` times at each boundary, while the texts trickle in."""
    dice = random.Random(seed)
    killed: Counter[str] = Counter()
    survived = 0
    each_time = texts * 4 // (kills * 5)  # a few rounds end without a kill, and what is left goes in at the end
    while sum(killed.values()) < kills or min(killed[name] for name in BOUNDARIES) < least:
        world.ask(each_time)
        boundary = min(dice.sample(BOUNDARIES, len(BOUNDARIES)), key=lambda name: killed[name])
        worker = world.start(f"{boundary}:{dice.choice((1, 1, 0.5))}:{dice.random()}", flight=20)
        if worker.wait(2) is None:
            survived += 1
            assert survived < kills, "the worker no longer comes to the places where it should die"
            worker.stop()
        else:
            assert worker.ended == -9, world.log.read_text()
            killed[boundary] += 1
    world.ask(max(0, texts - len(world.asked)))
    return killed


def calm_down(world: World, seconds: float) -> None:
    """Let a worker that nobody kills finish: nothing queued, nothing unknown, nothing unread."""
    worker = world.start()
    try:
        eventually(_nothing_waits, seconds)
        world.carrier.settled(seconds)
        eventually(lambda: not RawRequest.objects.filter(processed_at=None, problem="").exists(), seconds)
    finally:
        assert worker.stop() == 0, world.log.read_text()


def _nothing_waits() -> bool:
    return not (OutboxEntry.objects.exists() or Attempt.objects.filter(outcome__in=("pending", "unknown")).exists())


def accepted(carrier: RunningSandbox) -> list[tuple[str, str, str]]:
    """(to, body, sid) of everything the carrier ever took."""
    return [(row["to"], row["body"], row["sid"]) for row in carrier.accepted()]


def assert_each_once(world: World) -> None:
    """The carrier's list is exactly what was asked for, and our rows and our money agree with it."""
    taken = accepted(world.carrier)
    assert sorted((to, body) for to, body, _sid in taken) == sorted(world.asked)
    ours = list(Message.objects.filter(direction="outbound").values_list("address", "body", "sid"))
    assert sorted(ours) == sorted(taken)
    assert not OutboxEntry.objects.exists()
    assert not Message.objects.filter(status__in=("unknown", "queued", "held", "failed")).exists()
    outcomes = Counter(Attempt.objects.values_list("outcome", flat=True))
    assert set(outcomes) <= {"accepted", "absent", "not_sent", "refused"}
    assert outcomes["accepted"] == len(world.asked)
    assert _sids_of_attempts() == {sid for _to, _body, sid in taken}
    assert not _twice_accepted()
    assert_money_adds_up(world)


def _sids_of_attempts() -> set[str | None]:
    return set(Attempt.objects.filter(outcome="accepted").values_list("sid", flat=True))


def _twice_accepted() -> bool:
    accepted = Attempt.objects.filter(outcome="accepted").values("message_id").annotate(times=Count("id"))
    return accepted.filter(times__gt=1).exists()


def assert_money_adds_up(world: World) -> None:
    """Every text is reserved once, and the balance is the sum of the entries."""
    entries = LedgerEntry.objects.filter(workspace=world.number.workspace)
    assert entries.filter(kind="reserve").count() == len(world.asked)
    assert balance(world.number.workspace_id) == entries.aggregate(total=Sum("amount"))["total"]
