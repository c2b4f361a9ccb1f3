"""`threadline worker`: the background process."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from threadline.worker.process import Worker


class Command(BaseCommand):
    help = "Run the background process: read webhooks, send texts, fetch history; Ctrl-C finishes what is under way."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or SIGINT."""
        worker = Worker()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop.set())
        worker.run()
