"""threadline worker: the background process."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from threadline.worker.run import run


class Command(BaseCommand):
    help = "Send, receive and look after everything in the background, until SIGTERM or Ctrl-C."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        run(stop)
