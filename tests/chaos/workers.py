"""Workers that may die at any moment: forked from this process, which has Django imported already, in milliseconds."""

import logging
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from django.db import connections

from threadline.lib import failpoints

Work = Callable[[threading.Event], None]


@dataclass
class Worker:
    """A forked process; `ended` is how it ended: 0, an exit code, or minus the signal that killed it."""

    pid: int
    ended: int | None = None

    def wait(self, seconds: float) -> int | None:
        """Wait for its end, at most so long; None when it still lives."""
        until = time.monotonic() + seconds
        while self.ended is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.ended = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > until:
                break
            else:
                time.sleep(0.005)
        return self.ended

    def stop(self, seconds: float = 30.0) -> int:
        """Let it land what is in the air and end; kill it when it does not."""
        self._signal(signal.SIGTERM)
        if self.wait(seconds) is None:
            self.kill()
            raise AssertionError(f"a worker did not end within {seconds:g} s")
        assert self.ended is not None
        return self.ended

    def kill(self) -> None:
        """SIGKILL, at whatever it does."""
        self._signal(signal.SIGKILL)
        self.wait(10)

    def _signal(self, number: int) -> None:
        if self.ended is None:
            os.kill(self.pid, number)


def fork(work: Work, log: Path, kill_at: str = "") -> Worker:
    """Start `work(stop)` in a child; `kill_at` is in the form of THREADLINE_FAILPOINTS."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        _live(work, log, kill_at)
    return Worker(pid)


def _live(work: Work, log: Path, kill_at: str) -> NoReturn:
    code = 1
    try:
        file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(file, 1)
        os.dup2(file, 2)
        logging.basicConfig(filename=log, level=logging.WARNING, force=True)
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        failpoints.arm(kill_at)
        work(stop)
        code = 0
    except BaseException:
        log.open("a").write(traceback.format_exc())
    finally:
        os._exit(code)
