"""One worker process: a thread for each loop and one for the chores, until it is told to stop."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence

from django.db import connection

from threadline.ingest import heartbeat
from threadline.lib.doorbell import Doorbell
from threadline.worker.loops import CHORES, LOOPS, Chore, Loop, Own
from threadline.worker.role import Role

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds after a failure, doubling
TICK = 0.5


def default_name() -> str:
    """THREADLINE_WORKER_ID, or host and process id."""
    return (os.environ.get("THREADLINE_WORKER_ID") or f"{socket.gethostname()}:{os.getpid()}")[:60]


class Worker:
    """Runs loops and chores. `stop` may be set from a signal handler; `run` returns when all work in hand is done."""

    def __init__(self, name: str = "", loops: Sequence[Loop | Own] = LOOPS, chores: Sequence[Chore] = CHORES) -> None:
        self.name = name or default_name()
        self.loops = loops
        self.chores = chores
        self.stop = threading.Event()

    def run(self) -> None:
        """Start the threads, wait for the stop, then for the threads: the sender settles what is in the air."""
        threads = [self._thread(loop.name, self._loop, loop) for loop in self.loops]
        threads.append(self._thread("chores", self._chores))
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():  # in short waits, so that signals are heard
                thread.join(0.5)

    def _thread(self, name: str, target: Callable[..., None], *arguments: object) -> threading.Thread:
        return threading.Thread(target=self._guarded, args=(target, *arguments), name=name)

    def _guarded(self, target: Callable[..., None], *arguments: object) -> None:
        try:
            target(*arguments)
        finally:
            connection.close()

    def _loop(self, loop: Loop | Own) -> None:
        """Call it again and again. What it raises is logged; it pauses, longer each time, and goes on."""
        bell = Doorbell(loop.topics) if isinstance(loop, Loop) else None
        failures = 0
        while not self.stop.is_set():
            try:
                if isinstance(loop, Own):
                    loop.run(self.stop)
                elif not loop.step() and bell is not None:
                    self.stop.wait(loop.rest)
                    self._sleep(bell, loop.every)
                failures = 0
            except Exception:
                logger.exception("The %s loop failed", loop.name)
                connection.close()
                self.stop.wait(min(LONGEST_PAUSE, FIRST_PAUSE * 2**failures))
                failures += 1
        if bell is not None:
            bell.close()

    def _sleep(self, bell: Doorbell, seconds: float) -> None:
        """Until the bell rings, the time is up or the stop comes; a bell by itself waits a second at most."""
        until = time.monotonic() + seconds
        while not self.stop.is_set() and (left := until - time.monotonic()) > 0 and not bell.wait(left):
            pass

    def _chores(self) -> None:
        """Say that this process lives; do the chores while it holds the role."""
        role = Role()
        due = dict.fromkeys((chore.name for chore in self.chores), 0.0)
        next_beat = 0.0
        while not self.stop.is_set():
            try:
                if time.monotonic() >= next_beat:
                    heartbeat.beat(self.name)
                    next_beat = time.monotonic() + heartbeat.EVERY
                if role.held():
                    for chore in self.chores:
                        self._do(chore, due)
            except Exception:
                logger.exception("The chores could not look after themselves")
                connection.close()
            self.stop.wait(TICK)
        self._leave(role)

    def _do(self, chore: Chore, due: dict[str, float]) -> None:
        if self.stop.is_set() or time.monotonic() < due[chore.name]:
            return
        due[chore.name] = time.monotonic() + chore.every
        try:
            chore.act()
        except Exception:
            logger.exception("The chore “%s” failed", chore.name)
            connection.close_if_unusable_or_obsolete()

    def _leave(self, role: Role) -> None:
        try:
            role.drop()
            heartbeat.stop(self.name)
        except Exception:
            logger.warning("The worker could not sign off", exc_info=True)
