"""threadline simulate: the worker's child that runs simulations of large campaigns, until none is left."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from threadline.campaigns.simulator import asking
from threadline.lib.workoff import WorkOff


class Command(BaseCommand):
    help = "Run the simulations that wait, then end. The worker starts this by itself."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        WorkOff.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until nothing is left, SIGTERM comes or the parent is gone; what is in hand then begins again later."""
        work = WorkOff(options["parent"])
        work.run(lambda: asking.step(lambda: work.stopped), asking.waiting)
