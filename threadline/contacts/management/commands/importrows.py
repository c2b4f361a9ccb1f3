"""threadline importrows: the worker's child that works off imports, batch by batch, until none is left."""

import gc
import os
import signal
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from threadline.contacts import importing

EMPTY_HANDED = 3
_GARBAGE = (50_000, 20, 50)  # rows make many small objects and no cycles: searching for those is a sixth of the time
_CACHE = 10_000  # kB: what a batch changes in SQLite's indexes, so that it is written once
_NICE = 5  # texts go first


class Command(BaseCommand):
    help = "Work off the imports that wait, then end. The worker starts this by itself."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--parent", type=int, default=0, help="end as soon as this process is no longer the parent")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until nothing is left, SIGTERM comes or the parent is gone; the batch in hand is finished.

        Ends with EMPTY_HANDED when others have all there is.
        """
        stopped: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _frame: stopped.append(number))
        os.nice(_NICE)
        gc.freeze()
        gc.set_threshold(*_GARBAGE)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA cache_size = -{_CACHE}")
        batches = 0
        while not stopped and options["parent"] in (0, os.getppid()) and importing.step():
            batches += 1
        if not batches and importing.waiting():
            sys.exit(EMPTY_HANDED)
