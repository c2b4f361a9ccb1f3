"""Long work runs in a child of the worker: the thread that sends texts keeps its time, and the worker its size."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import connection

from threadline.lib.doorbell import Doorbell

PAUSE: Final = 5.0  # seconds after a child that found nothing for itself, or died
_DRAIN: Final = 20.0  # seconds a child gets to finish what it has in hand
_LOOK: Final = 0.1


@dataclass(frozen=True, slots=True)
class Child:
    """`command` is a management command that ends when nothing is left to do (lib/workoff.py), told of by `bell`."""

    command: str
    bell: str
    waiting: Callable[[], bool]

    def run(self, stop: threading.Event) -> None:
        """Start a child whenever something waits; returns, without one, when told to stop."""
        with Doorbell((self.bell,)) as bell:
            while not stop.is_set():
                if not self.waiting():
                    bell.wait(1.0)
                    continue
                if self._work(stop):
                    stop.wait(PAUSE)

    def _work(self, stop: threading.Event) -> int:
        """One child from its start to its end; its exit code."""
        connection.close()  # for a while nobody asks the database from this thread
        child = subprocess.Popen(
            [sys.executable, "-m", "django", self.command, "--parent", str(os.getpid())],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            },
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the worker alone, which then stops its child
        )
        try:
            while child.poll() is None and not stop.is_set():
                stop.wait(_LOOK)
        finally:
            _end(child)
        return child.returncode


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(_DRAIN)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
