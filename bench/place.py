"""Where a measurement runs: a database of its own, the application on one core, what serves it on the other."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_connections": "60"}
_DURABLE |= {"listen_addresses": "127.0.0.1", "shared_buffers": "256MB"}


def cores() -> tuple[set[int], set[int]]:
    """(the application's core, the other core or cores); the same twice on a machine that has only one."""
    mine = sorted(os.sched_getaffinity(0))
    return {mine[0]}, set(mine[1:2] or mine)


@dataclass
class Place:
    """A migrated, empty installation. `run` is a step of the application; `start` a program that goes on."""

    name: str  # sqlite or postgresql
    environment: dict[str, str] = field(repr=False)
    sent: int = 0  # texts that went out from here so far

    def run(self, module: str, *arguments: Any, timeout: float = 600) -> dict[str, Any]:
        """Run `python -m module` on the application's core; returns the JSON of its last line."""
        done: dict[str, Any] = run(module, *arguments, environment=self.environment, timeout=timeout)
        return done

    def start(self, *command: str, on: set[int] | None = None, **more: str) -> subprocess.Popen[str]:
        """Start a program of the application."""
        return start(command, {**self.environment, **more}, on or cores()[0])


def run(
    module: str, *arguments: Any, environment: dict[str, str], on: set[int] | None = None, timeout: float = 600
) -> Any:
    """Run `python -m module` to its end; returns the JSON of its last line. SystemExit when it fails."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    child = start(command, environment, on or cores()[0])
    try:
        said, _ = child.communicate(timeout=timeout)
    except BaseException:
        child.kill()
        raise
    if child.returncode:
        raise SystemExit(f"{module} failed:\n{said}")
    return json.loads(said.strip().splitlines()[-1])


def start(command: Sequence[str], environment: dict[str, str], on: set[int]) -> subprocess.Popen[str]:
    """Start a program on those cores; its output can be read."""
    return subprocess.Popen(
        list(command),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, on),
    )


@contextmanager
def place(kind: str) -> Iterator[Place]:
    """An installation on SQLite or PostgreSQL, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="threadline-bench-"))
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "THREADLINE_DATA": str(folder),
        "SECRET_KEY": "only-for-measuring-" + "x" * 40,
        "LOG_LEVEL": "ERROR",
        "PYTHONWARNINGS": "ignore",
    }
    environment.pop("DATABASE_URL", None)
    try:
        with _database(kind) as more:
            made = Place(kind, environment | more)
            made.run("bench.world", "make")
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(kind: str) -> Iterator[dict[str, str]]:
    if kind == "sqlite":
        yield {}
        return
    from tests import postgres

    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores()[1])  # inherited by the server
    with postgres.server(_DURABLE) as url:
        os.sched_setaffinity(0, before)
        yield {"DATABASE_URL": url}


@dataclass
class Stub:
    """The running carrier stub."""

    url: str

    def command(self, method: str, path: str) -> dict[str, int]:
        """`PUT /delay?80`, `PUT /reset`, `GET /count`."""
        request = urllib.request.Request(self.url + path, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            counts: dict[str, int] = json.load(answer)
            return counts


@contextmanager
def stub() -> Iterator[Stub]:
    """The carrier stub on the other core."""
    child = start([sys.executable, "-m", "bench.stub"], dict(os.environ), cores()[1])
    assert child.stdout is not None
    try:
        yield Stub(f"http://127.0.0.1:{int(child.stdout.readline())}")
    finally:
        child.kill()
        child.wait()
