"""PERF-4: rows of a CSV a second, beside a loop that only calls the phonenumbers library; memory and growth."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.place import Place, place, run
from bench.table import Line, say

MIXES = {"world": "numbers of the whole world", "home": "leads of one country"}
MOST_MEMORY = 128.0  # MB


@dataclass(frozen=True)
class Size:
    rounds: int = 3
    rows: int = 60_000
    few: int = 100_000
    many: int = 1_000_000


QUICK = Size(rows=20_000, few=10_000, many=100_000)


def measure(kinds: list[str], size: Size) -> Iterator[Line]:
    """The lines of the table, one by one as they are known."""
    with tempfile.TemporaryDirectory(prefix="threadline-leads-") as folder:
        files = Path(folder)
        for kind in kinds:
            for mix in MIXES:
                yield _beside_the_library(kind, mix, files, size)
            yield from _grown(kind, files, size)


def _beside_the_library(kind: str, mix: str, files: Path, size: Size) -> Line:
    file, verdicts = _file(files, mix, size.rows), files / "verdicts"
    ours, bare = [], []
    with place(kind) as here:
        for _ in range(size.rounds):
            bare.append(float(run("bench.library", file, verdicts, environment=here.environment)["rate"]))
            say(f"… the library alone, {MIXES[mix]}: {bare[-1]:,.0f} rows/s")
            ours.append(_imported(here, file, verdicts)["rate"])
    return Line(f"PERF-4 import, {MIXES[mix]}, {kind}", ours, bare, 5.0)


def _grown(kind: str, files: Path, size: Size) -> Iterator[Line]:
    """Memory with many rows, and the cost of a row among many against few; each into an empty database."""
    small, large = _file(files, "home", size.few), _file(files, "home", size.many)
    ours, reference, memory = [], [], []
    for _ in range(1 if size.many >= 1_000_000 else size.rounds):
        with place(kind) as here:
            reference.append(1e6 / _imported(here, small)["rate"])
        with place(kind) as here:
            done = _imported(here, large)
        ours.append(1e6 / done["rate"])
        memory.append(done["memory_mb"])
    name = f"{size.many:,} rows"
    yield Line(f"PERF-4 memory, {name}, {kind}", memory, [MOST_MEMORY] * len(memory), 1.0, least=False, unit="MB")
    yield Line(f"PERF-4 cost a row, {name} against {size.few:,}, {kind}", ours, reference, 1.4, least=False, unit="µs")


def _file(files: Path, mix: str, rows: int) -> Path:
    """A file of leads; made once."""
    file = files / f"{mix}-{rows}.csv"
    if not file.exists():
        run("bench.leads", mix, rows, file, environment={})
    return file


def _imported(here: Place, file: Path, *verdicts: Path) -> dict[str, Any]:
    with _checkpoints(here):
        done = here.run("bench.importer", file, *verdicts, timeout=1_200)
    say(
        f"… {here.name}: {done['rate']:,.0f} rows/s, {done['processor_us']:.0f} µs of processor each, "
        f"{done['memory_mb']:.0f} MB, {done['counts']}"
    )
    return done


@contextmanager
def _checkpoints(here: Place) -> Iterator[None]:
    """What the worker does beside its imports: once a second SQLite's log is moved into the database."""
    over = threading.Event()

    def work() -> None:
        from threadline.lib.sqlite import raw

        while here.name == "sqlite" and not over.wait(1.0):
            raw.checkpoint(Path(here.environment["THREADLINE_DATA"]) / "threadline.sqlite3", patience=0.05)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
