"""PERF-1: texts a second of one sender process, beside a bare loop that POSTs and stores nothing."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from bench.place import Place, Stub, place, run, stub
from bench.table import Line, say

GOALS = {"sqlite": 3.0, "postgresql": 2.0}
CEILING = 100 / 0.080  # texts a second: a hundred in the air for 80 ms each


@dataclass(frozen=True)
class Size:
    rounds: int = 3
    texts: int = 6_000
    slow_texts: int = 3_000
    few: int = 10_000
    many: int = 1_000_000


QUICK = Size(rounds=3, texts=2_000, slow_texts=1_000, few=1_000, many=100_000)


def measure(kinds: list[str], size: Size, growth: bool) -> Iterator[Line]:
    """The lines of the table, one by one as they are known."""
    with stub() as carrier:
        for kind in kinds:
            with place(kind) as here:
                yield _beside_the_bare_loop(here, carrier, size)
                yield _slow_carrier(here, carrier, size)
            if growth:
                yield _grown(kind, carrier, size)


def _beside_the_bare_loop(here: Place, carrier: Stub, size: Size) -> Line:
    ours, bare = [], []
    for _ in range(size.rounds):
        bare.append(_bare(carrier, size.texts))
        ours.append(sent(here, carrier, size.texts)["rate"])
    return Line(f"PERF-1 outbound, {here.name}", ours, bare, GOALS[here.name])


def _slow_carrier(here: Place, carrier: Stub, size: Size) -> Line:
    """The same with a carrier that takes 80 ms: is the air kept full?"""
    carrier.command("PUT", "/delay?80")
    try:
        ours = [sent(here, carrier, size.slow_texts)["rate"] for _ in range(size.rounds)]
    finally:
        carrier.command("PUT", "/delay?0")
    return Line(f"PERF-1 carrier takes 80 ms, {here.name}", ours, [CEILING] * size.rounds, 0.9)


def _grown(kind: str, carrier: Stub, size: Size) -> Line:
    """Time per text with many messages in the database, against few."""
    name = f"PERF-1 cost a text, {size.many:,} messages against {size.few:,}, {kind}"
    with place(kind) as small, place(kind) as large:
        for here, messages in ((small, size.few), (large, size.many)):
            say(f"… filling {kind} with {messages:,} messages: {here.run('bench.world', 'fill', messages)}")
        ours, reference = [], []
        for _ in range(size.rounds):
            reference.append(1e6 / sent(small, carrier, size.texts)["rate"])
            ours.append(1e6 / sent(large, carrier, size.texts)["rate"])
    return Line(name, ours, reference, 1.3, least=False, unit="µs")


def _bare(carrier: Stub, texts: int) -> float:
    rate: float = run("bench.bare", carrier.url, texts, environment=dict(os.environ))["rate"]
    say(f"… a bare loop: {rate:,.0f} texts/s")
    return rate


def sent(here: Place, carrier: Stub, texts: int) -> dict[str, float]:
    """One run of our sender; the carrier and the database must agree that each text went out once."""
    carrier.command("PUT", "/reset")
    before = here.sent
    done = here.run("bench.sender", carrier.url, texts)
    here.sent += texts
    took = carrier.command("GET", "/count")
    if took != {"accepted": texts, "different": texts}:
        raise SystemExit(f"the carrier took {took} instead of {texts} texts")
    wrong = {name: done[name] for name in ("waiting", "unsettled") if done[name]}
    if wrong or not done["with_sid"] == done["accepted"] == before + texts:
        raise SystemExit(f"the database disagrees with the carrier: {done}")
    say(
        f"… {here.name}: {done['rate']:,.0f} texts/s, {done['processor_us']:.0f} µs of processor each, "
        f"queued at {done['queued']:,.0f}/s, {done['memory_mb']:.0f} MB"
    )
    return done
