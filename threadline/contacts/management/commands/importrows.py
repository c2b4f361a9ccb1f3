"""threadline importrows: the worker's child that works off imports, batch by batch, until none is left."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from threadline.contacts import importing
from threadline.lib.workoff import WorkOff

_CACHE = 10_000  # kB: what a batch changes in SQLite's indexes, so that it is written once


class Command(BaseCommand):
    help = "Work off the imports that wait, then end. The worker starts this by itself."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        WorkOff.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until nothing is left, SIGTERM comes or the parent is gone; the batch in hand is finished."""
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA cache_size = -{_CACHE}")
        WorkOff(options["parent"]).run(importing.step, importing.waiting)
