"""The servers that PERF-2 loads: the product's web process, an empty endpoint and a plain view, all under uvicorn."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.place import Place

_OPTIONS = ("--http", "httptools", "--no-access-log", "--log-level", "warning", "--lifespan", "auto")


@contextmanager
def product(here: Place) -> Iterator[int]:
    """The web process as it is shipped; yields its port."""
    port = _free_port()
    with _running(here, port, "-m", "config.cli", "web", "--port", str(port)):
        yield port


@contextmanager
def empty(here: Place) -> Iterator[int]:
    """An endpoint that does nothing, on the same server."""
    port = _free_port()
    with _running(here, port, "-m", "uvicorn", "bench.empty:application", "--port", str(port), *_OPTIONS):
        yield port


@contextmanager
def plain(here: Place) -> Iterator[int]:
    """A Django view with the ORM in four threads, on the same server."""
    port = _free_port()
    with _running(here, port, "-m", "uvicorn", "bench.plain:application", "--port", str(port), *_OPTIONS):
        yield port


@contextmanager
def _running(here: Place, port: int, *command: str) -> Iterator[None]:
    child = here.start(sys.executable, *command, THREADLINE_LOCAL_URL=f"http://127.0.0.1:{port}")
    try:
        _wait(child, port)
        yield
    finally:
        child.terminate()
        try:
            child.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()


def _wait(child: "subprocess.Popen[str]", port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and child.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("a server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
