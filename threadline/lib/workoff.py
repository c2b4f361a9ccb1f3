"""What a child of the worker does: one piece of work after the other, until none is left or it is told to stop."""

import gc
import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Final

EMPTY_HANDED: Final = 3
GARBAGE: Final = (50_000, 20, 50)  # many small objects and no cycles: searching for those is a sixth of the time
_NICE: Final = 5  # texts go first


class WorkOff:
    """For one process. `stopped` is true from the moment when SIGTERM came, or its parent went."""

    def __init__(self, parent: int = 0) -> None:
        self._parent = parent
        self._told = False

    @staticmethod
    def arguments(parser: ArgumentParser) -> None:
        """The options of every such command."""
        parser.add_argument("--parent", type=int, default=0, help="end as soon as this process is no longer the parent")

    @property
    def stopped(self) -> bool:
        return self._told or self._parent not in (0, os.getppid())

    def run(self, step: Callable[[], bool], waiting: Callable[[], bool]) -> None:
        """Call `step` until it finds nothing more to do; what is in hand at a stop is finished.

        Ends the process with EMPTY_HANDED when others have all there is.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        os.nice(_NICE)
        gc.freeze()
        gc.set_threshold(*GARBAGE)
        steps = 0
        while not self.stopped and step():
            steps += 1
        if not steps and waiting():
            sys.exit(EMPTY_HANDED)

    def _stop(self, _number: int, _frame: object) -> None:
        self._told = True
