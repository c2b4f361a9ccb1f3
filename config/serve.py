"""`threadline serve`: everything on one machine. Light on purpose: Django loads in the children only."""

import argparse
import fcntl
import json
import os
import secrets
import signal
import threading
import time
from pathlib import Path
from typing import Any, TextIO

from config import env
from config.house import House, Place, free_port, is_free, say


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM; returns the exit code."""
    place, lock = parse(arguments)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    house = House(place)
    try:
        house.start(wanted=lambda: not stopping.is_set())
        if not stopping.is_set():
            say(_banner(place))
        house.watch(stopping)
    finally:
        signal.signal(signal.SIGINT, lambda *_: house.kill())  # a second Ctrl-C does not wait
        if stopping.is_set():
            say("\nFinishing what is under way …")
        house.stop()
        lock.close()
    return 0


def parse(arguments: list[str]) -> tuple[Place, TextIO]:
    """The place that command line and environment name, ready to run, and the data folder's lock; or SystemExit."""
    options = _parser().parse_args(arguments)
    data = env.folder("THREADLINE_DATA", "data")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = _only_one(data)
    _demand_free(options.host, options.port)
    make_secret_key(data)
    return Place(data, options.host, options.port, _sandbox_port(data, options.port)), lock


def make_secret_key(data: Path) -> None:
    """A random key, readable by its owner alone, unless there is one or the environment gives one."""
    path = data / "secret.key"
    if path.exists() or env.secret("SECRET_KEY"):
        return
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bin/serve", description="Run web, worker and sandbox on this machine; Ctrl-C drains and ends them."
    )
    parser.add_argument("--port", type=int, default=env.number("PORT", 8000), help="port of the web pages (8000)")
    parser.add_argument("--host", default=env.text("HOST", "127.0.0.1"), help="address to listen on (127.0.0.1)")
    parser.add_argument("--data", metavar="DIR", help="folder of database, key and media (./data)")
    return parser


def _only_one(data: Path) -> TextIO:
    """Hold the data folder's lock; two supervisors on one folder would fight over the sandbox."""
    handle = (data / "serve.lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(
            f"Threadline already runs on {data}. Stop it first, or choose another folder: --data DIR"
        ) from None
    return handle


def _sandbox_port(data: Path, port: int) -> int:
    """The sandbox keeps its port while it is free, because people and scripts know its address."""
    path = data / "sandbox" / "port"
    if path.exists() and is_free("127.0.0.1", int(path.read_text())):
        return int(path.read_text())
    path.parent.mkdir(parents=True, exist_ok=True)
    chosen = port + 1 if is_free("127.0.0.1", port + 1) else free_port()
    path.write_text(str(chosen))
    return chosen


def _demand_free(host: str, port: int) -> None:
    """Wait a moment for an earlier run to let go of the port."""
    until = time.monotonic() + 3
    while not is_free(host, port):
        if time.monotonic() > until:
            raise SystemExit(f"Port {port} on {host} is taken. Choose another: bin/serve --port {port + 10}")
        time.sleep(0.1)


def _banner(place: Place) -> str:
    lines = ["", f"  Threadline    {place.url}"]
    path = place.data / "demo.json"
    if path.exists():
        demo: dict[str, Any] = json.loads(path.read_text())
        lines += [f"  Sign in       {demo['email']}  ·  {demo['password']}"]
    lines += [
        f"  Handsets      {place.sandbox_url}  (the simulated carrier's phones)",
        f"  Data          {place.data}",
        "  Ctrl-C finishes what is under way and stops.",
        "",
    ]
    return "\n".join(lines)
