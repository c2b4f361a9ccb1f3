"""PERF-5: a campaign's engine beside the sender that it feeds, and its idle turn beside a plain query."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench import perf1
from bench.place import Place, Stub, place, stub
from bench.table import Line, say

CAMPAIGNS = 20
GOAL = 2.0  # texts asked for, for each that is sent
IDLE = 1 / 50
DAYS = 14  # of a simulated campaign
SECONDS = 5.0  # for all of it
LINEAR = 1.3  # the cost of a person among all, beside that of one among a tenth


@dataclass(frozen=True)
class Size:
    rounds: int = 3
    leads: int = 1_000_000
    asked: int = 20_000
    sent: int = 6_000
    ticks: int = 100
    simulated: int = 100_000


QUICK = Size(leads=100_000, asked=6_000, sent=2_000, ticks=20, simulated=20_000)


def measure(kinds: list[str], size: Size) -> Iterator[Line]:
    """The lines of the table, one by one as they are known."""
    with stub() as carrier:
        for kind in kinds:
            with place(kind) as crowded, place(kind) as sending:
                filled = crowded.run("bench.crowd", "fill", CAMPAIGNS, size.leads)
                say(f"… {kind}: {filled['leads']:,} leads in {CAMPAIGNS} campaigns")
                yield _planned(crowded, sending, carrier, size)
                yield _idle(crowded, size)
            yield from _simulated(kind, size)


def _planned(crowded: Place, sending: Place, carrier: Stub, size: Size) -> Line:
    """Who is due, their words, the gate, the queue; beside the rate at which the queue is emptied."""
    ours, reference = [], []
    for _ in range(size.rounds):
        done = crowded.run("bench.crowd", "plan", size.asked)
        say(f"… {crowded.name}: {done['rate']:,.0f} texts/s asked for, {done['processor_us']:.0f} µs of processor each")
        ours.append(done["rate"])
        reference.append(perf1.sent(sending, carrier, size.sent)["rate"])
    name = f"PERF-5 ask, {size.leads:,} leads, 20 campaigns, {crowded.name}"
    return Line(name, ours, reference, GOAL)


def _idle(crowded: Place, size: Size) -> Line:
    """A turn of the engine with nobody due, beside joining and sorting everybody."""
    crowded.run("bench.crowd", "rest")
    ours, reference = [], []
    for _ in range(size.rounds):
        ours.append(crowded.run("bench.crowd", "tick", size.ticks)["seconds"] * 1e3)
        reference.append(crowded.run("bench.crowd", "naive")["seconds"] * 1e3)
    return Line(
        f"PERF-5 idle turn, {size.leads:,} leads, {crowded.name}", ours, reference, IDLE, least=False, unit="ms"
    )


def _simulated(kind: str, size: Size) -> Iterator[Line]:
    """A campaign of two weeks on a virtual clock, with many people and with a tenth of them."""
    with place(kind) as many, place(kind) as few:
        many.run("bench.crowd", "fill", 1, size.simulated)
        few.run("bench.crowd", "fill", 1, size.simulated // 10)
        ours, tenth = [], []
        for _ in range(size.rounds):
            done = many.run("bench.crowd", "simulate", DAYS)
            say(f"… {kind}: {DAYS} days simulated in {done['seconds']:.1f} s, {done['megabytes']:.0f} MB more")
            ours.append(done["seconds"])
            tenth.append(few.run("bench.crowd", "simulate", DAYS)["seconds"])
    name = f"PERF-5 simulate {size.simulated:,} people over {DAYS} days, {kind}"
    yield Line(name, ours, [1.0] * len(ours), SECONDS, least=False, unit="s")
    among_many = [took / size.simulated * 1e6 for took in ours]
    among_few = [took / (size.simulated // 10) * 1e6 for took in tenth]
    yield Line(f"PERF-5 simulate, cost of a person, {kind}", among_many, among_few, LINEAR, least=False, unit="µs")
