"""One measured run of our sender: queue texts, then empty the outbox: `python -m bench.sender STUB COUNT [SAY]`."""

import json
import resource
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any

import django

BATCH = 500


class UntilEmpty(threading.Event):
    """Stops the sender once nothing waits, flies or is unsettled; a look costs nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.sender: Any = None

    def is_set(self) -> bool:
        sender = self.sender
        return not (sender.more or sender.in_air or sender.landed)


def main(stub: str, count: int, say: str = "") -> dict[str, Any]:
    """Queue and send; with `say`, print a line in between, when the sending begins."""
    from threadline.messaging.dispatch.loop import Sender
    from threadline.numbers.models import Connection

    Connection.objects.update(base_url=stub)
    queued = queue(count)
    if say:
        sys.stdout.write(say + "\n")
        sys.stdout.flush()
    stop = UntilEmpty()
    stop.sender = sender = Sender(unread())
    started, processor = time.perf_counter(), time.process_time()
    sender.run(stop)
    took = time.perf_counter() - started
    return {
        "rate": count / took,
        "queued": queued,
        "processor_us": (time.process_time() - processor) / count * 1e6,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **counts(),
    }


def unread() -> Any:
    """The worker's own: who has an unread text."""
    from threadline.ingest import process

    return process.unread


def queue(count: int) -> float:
    """Ask for texts to different people; returns how many a second went through the first gate."""
    from threadline.accounts.models import Workspace
    from threadline.messaging.outgoing import Outgoing
    from threadline.messaging.send import send

    workspace = Workspace.objects.get()
    run = int(datetime.now(UTC).timestamp())
    started = time.perf_counter()
    for first in range(0, count, BATCH):
        texts = [
            Outgoing(to=f"+1813{2_000_000 + n}", body=f"Your appointment is tomorrow, number {n} of {run}.")
            for n in range(first, min(count, first + BATCH))
        ]
        if any(outcome.verdict.name != "send" for outcome in send(workspace, texts)):
            raise SystemExit("a text was not queued")
    return count / (time.perf_counter() - started)


def counts() -> dict[str, int]:
    """What the database says now, to be compared with the carrier."""
    from threadline.messaging.models import Attempt, Message, OutboxEntry

    return {
        "waiting": OutboxEntry.objects.count(),
        "with_sid": Message.objects.exclude(sid=None).filter(public_id__startswith="msg_0").count(),
        "accepted": Attempt.objects.filter(outcome="accepted").count(),
        "unsettled": Attempt.objects.filter(outcome__in=("pending", "unknown")).count(),
    }


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])) + "\n")
