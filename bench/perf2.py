"""PERF-2: webhooks in: durable before the answer, and until they are messages, beside an endpoint that does nothing."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.place import Place, cores, place, run, stub
from bench.table import Line, say
from bench.web import empty, plain, product

DURABLE = {"sqlite": 0.40, "postgresql": 0.25}
SLOW_MS = 80


@dataclass(frozen=True)
class Size:
    rounds: int = 3
    webhooks: int = 6_000
    plain: int = 300


QUICK = Size(webhooks=2_000, plain=150)


@dataclass
class Series:
    """The rounds of one reference or path: rates and 99th percentiles."""

    rates: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


class Meter:
    """One place under load; knows how many webhooks it must have stored."""

    def __init__(self, here: Place) -> None:
        self.here = here
        self.serial = int(time.time()) & 0xFFFF
        self.inbound = 0

    def load(self, port: int, count: int, kind: str = "inbound", file: str = "", stored: bool = True) -> dict[str, Any]:
        """Send webhooks from the other core; every one must be answered with success."""
        self.serial += 1
        extra = [file] if file else []
        done = run(
            "bench.load", port, kind, count, self.serial, *extra, environment=self.here.environment, on=cores()[1]
        )
        if any(int(status) >= 300 for status in done["answers"]):
            raise SystemExit(f"not every webhook was accepted: {done['answers']}")
        if kind == "inbound" and stored:
            self.inbound += count
        return dict(done)

    def check(self) -> None:
        """Each webhook is one row, one message, one unread text."""
        counts = self.here.run("bench.world", "counts")
        if not counts["raw"] == counts["messages"] == counts["unread"] == self.inbound or counts["refused"]:
            raise SystemExit(f"{self.inbound} webhooks were answered, but the database has {counts}")


def measure(kinds: list[str], size: Size) -> Iterator[Line]:
    """The lines of the table, one by one as they are known."""
    for kind in kinds:
        with place(kind) as here:
            yield from _measure(here, Meter(here), size)


def _measure(here: Place, meter: Meter, size: Size) -> Iterator[Line]:
    nothing, durable, message, simple, busy, status = (Series() for _ in range(6))
    for _ in range(size.rounds):
        with empty(here) as port:
            _note(nothing, meter.load(port, size.webhooks, stored=False), "an empty endpoint")
        with product(here) as port:
            _note(durable, meter.load(port, size.webhooks), f"{here.name}, durable")
            with _sender(here, size.webhooks):
                _note(busy, meter.load(port, size.webhooks), f"{here.name}, while texts go out")
        with worker(here):
            here.run("bench.world", "wait", meter.inbound)
            with product(here) as port:
                watch = _watch(here, meter.inbound + size.webhooks)
                done = meter.load(port, size.webhooks)
                rate = size.webhooks / (_ended(watch) - done["began"])
                _note(message, done | {"rate": rate}, f"{here.name}, as messages")
        meter.check()
        with _attempts(here, size.webhooks) as file, product(here) as port:
            done = meter.load(port, size.webhooks, "delivered", file)
            _note(status, done, f"{here.name}, status callbacks")
        with worker(here):
            here.run("bench.world", "settled")
        with plain(here) as port:
            _note(simple, meter.load(port, size.plain, "plain"), f"{here.name}, a Django view with the ORM")
            here.run("bench.world", "forget")
    goal = DURABLE[here.name]
    yield Line(f"PERF-2 inbound durable, {here.name}", durable.rates, nothing.rates, goal)
    yield Line(f"PERF-2 inbound durable, p99, {here.name}", durable.p99, nothing.p99, 3, least=False, unit="ms")
    yield Line(f"PERF-2 until it is a message, {here.name}", message.rates, nothing.rates, 0.25)
    yield Line(f"PERF-2 status callbacks durable, {here.name}", status.rates, nothing.rates, 0.45)
    yield Line(f"PERF-2 against a plain Django view, {here.name}", durable.rates, simple.rates, 25)
    yield Line(f"PERF-2 while texts go out, against alone, {here.name}", busy.rates, durable.rates, 0.6)


def _note(series: Series, done: dict[str, Any], what: str) -> None:
    series.rates.append(done["rate"])
    series.p99.append(done["p99_ms"])
    say(f"… {what}: {done['rate']:,.0f}/s, p50 {done['p50_ms']:.1f} ms, p99 {done['p99_ms']:.1f} ms")


def _watch(here: Place, messages: int) -> "subprocess.Popen[str]":
    """A program on the other core that already looks for so many messages."""
    child = here.start(sys.executable, "-m", "bench.world", "wait", str(messages), on=cores()[1])
    assert child.stdout is not None
    child.stdout.readline()
    return child


def _ended(watch: "subprocess.Popen[str]") -> float:
    said, _ = watch.communicate(timeout=200)
    if watch.returncode:
        raise SystemExit(f"not every webhook became a message: {said}")
    return float(json.loads(said)["at"])


@contextmanager
def worker(here: Place) -> Iterator[None]:
    """The worker process, beside the web process on the application's core."""
    child = here.start(sys.executable, "-m", "config.cli", "worker")
    try:
        yield
    finally:
        child.terminate()
        child.communicate(timeout=60)


@contextmanager
def _sender(here: Place, texts: int) -> Iterator[None]:
    """PERF-1 on the same database and core, with a carrier that takes as long as the real one."""
    with stub() as carrier:
        carrier.command("PUT", f"/delay?{SLOW_MS}")
        child = here.start(sys.executable, "-m", "bench.sender", carrier.url, str(texts), "wait")
        assert child.stdout is not None
        child.stdout.readline()  # queued; it begins to send
        yield
        said, _ = child.communicate(timeout=300)
        if child.returncode or carrier.command("GET", "/count") != {"accepted": texts, "different": texts}:
            raise SystemExit(f"the sender failed beside the webhooks: {said}")


@contextmanager
def _attempts(here: Place, count: int) -> Iterator[str]:
    """Texts on their way, and a file that names their attempts and sids."""
    with stub() as carrier:
        here.run("bench.sender", carrier.url, count)
    file = f"{here.environment['THREADLINE_DATA']}/attempts"
    here.run("bench.world", "attempts", count, file)
    yield file
