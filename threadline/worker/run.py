"""The worker process: a thread per loop, one for the chores; told to stop, it lands what is in the air and ends."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable

from django.db import DatabaseError, InterfaceError, connection

from threadline.ingest import heartbeat
from threadline.lib.doorbell import Doorbell
from threadline.worker import loops
from threadline.worker.loops import Chore, Loop
from threadline.worker.role import Role

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds after an error, doubled each time
TICK = 0.5


def run(stop: threading.Event) -> None:
    """Work until `stop` is set. Every loop ends by itself; the sender last, with its flight settled."""
    name = os.environ.get("THREADLINE_WORKER_ID") or f"{socket.gethostname()}:{os.getpid()}"
    threads = [_thread("send", lambda: _guard("send", stop, lambda: loops.send(stop)))]
    threads += [_thread(loop.name, lambda loop=loop: _loop(loop, stop)) for loop in loops.LOOPS]  # type: ignore[misc]
    threads.append(_thread("chores", lambda: _chores(loops.CHORES, stop, name)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _thread(name: str, target: Callable[[], None]) -> threading.Thread:
    return threading.Thread(target=target, name=name, daemon=True)


def _loop(loop: Loop, stop: threading.Event) -> None:
    """Step while there is work, then sleep until a bell rings."""
    with Doorbell(loop.topics) as bell:

        def turn() -> None:
            while not stop.is_set():
                while not stop.is_set() and loop.step():
                    pass
                if not stop.is_set():
                    bell.wait(loop.pause)

        _guard(loop.name, stop, turn)


def _chores(chores: Iterable[Chore], stop: threading.Event, name: str) -> None:
    """Come round by the clock: the heartbeat always, the chores when this process has the role."""
    role, due, beat_at = Role(), {chore.name: 0.0 for chore in chores}, 0.0

    def turn() -> None:
        nonlocal beat_at
        while not stop.wait(TICK):
            now = time.monotonic()
            if now >= beat_at:
                heartbeat.beat(name)
                beat_at = now + heartbeat.EVERY
            for chore in chores:
                if now >= due[chore.name] and role.mine() and not stop.is_set():
                    due[chore.name] = now + chore.every
                    chore.run()

    try:
        _guard("chores", stop, turn)
    finally:
        heartbeat.stop(name)
        role.give_up()
        connection.close()


def _guard(name: str, stop: threading.Event, work: Callable[[], None]) -> None:
    """Keep a loop going: an error is logged, waited out, and never takes the process with it."""
    pause = FIRST_PAUSE
    try:
        while not stop.is_set():
            started = time.monotonic()
            try:
                work()
            except (DatabaseError, InterfaceError):
                log.exception("%s: the database failed; trying again", name)
                connection.close()
            except Exception:
                log.exception("%s failed; going on", name)
            pause = FIRST_PAUSE if time.monotonic() - started > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            stop.wait(pause)
    finally:
        if name != "chores":
            connection.close()
