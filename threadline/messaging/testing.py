"""Texts for tests: a line ready to send from, and what arrives on it."""

import itertools
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from threadline.accounts.models import Workspace
from threadline.events.publish import publish
from threadline.lib import clock
from threadline.messaging import receive
from threadline.messaging.dispatch import run
from threadline.messaging.dispatch.claim import Unread
from threadline.messaging.models import Conversation, Message, OutboxEntry
from threadline.messaging.outgoing import Outcome, Outgoing
from threadline.messaging.send import send
from threadline.numbers.models import Number
from threadline.numbers.testing import make_number
from threadline.twilio.flight import Flight, Landing
from threadline.twilio.payloads import InboundText

DANA = "+18135550142"
_serial = itertools.count(1)


def make_line(**fields: Any) -> Number:
    """A number of a new workspace that can text."""
    return make_number(**fields)


def text(workspace: Workspace, to: str = DANA, body: str = "Hello", **fields: Any) -> Outcome:
    """Ask for one text through the gate."""
    return send(workspace, [Outgoing(to=to, body=body, **fields)])[0]


def arrive(number: Number, body: str = "Hi", from_: str = DANA, at: datetime | None = None, **fields: Any) -> None:
    """A person texts one of our numbers, as the ingest room would hand it on."""
    arrive_together(number, [(from_, body)], at, **fields)


def arrive_together(
    number: Number, texts: Sequence[tuple[str, str]], at: datetime | None = None, **fields: Any
) -> None:
    """People text one of our numbers, (person, body) each, and their texts are read as one batch."""
    arrivals = []
    for person, body in texts:
        given = {"sid": f"SM{next(_serial):032x}", **fields}
        inbound = InboundText(account_sid=number.account_sid, from_=person, to=number.phone, body=body, **given)
        arrivals.append(receive.Arrival(number.workspace_id, number.connection_id, inbound, at or clock.now()))
    with transaction.atomic():
        publish(receive.receive(arrivals))


def conversation_with(workspace: Workspace, address: str = DANA) -> Conversation:
    return Conversation.objects.get(workspace=workspace, address=address)


def last_message(workspace: Workspace) -> Message:
    return Message.objects.filter(workspace=workspace).latest("id")


class _UntilEmpty(threading.Event):
    """Stops a sender once nothing waits to be claimed."""

    def is_set(self) -> bool:
        return not OutboxEntry.objects.filter(claimed_by="", run_after__lte=clock.now()).exists()


def send_all(unread: Unread = lambda _people: set()) -> None:
    """Empty the outbox in this thread, to wherever the connections point."""
    run(_UntilEmpty(), unread)


@contextmanager
def in_the_air(act: Callable[[], object]) -> Iterator[None]:
    """Have `act` happen once, while the first text is on its way: after the POST, before anybody knows what came."""
    poll = Flight.poll
    acted: list[object] = []

    def acting(flight: Flight, timeout: float) -> list[Landing]:
        landings = poll(flight, timeout)
        if landings and not acted:
            acted.append(act())
        return landings

    with patch.object(Flight, "poll", acting):
        yield
    assert acted


def png(size: int = 0) -> bytes:
    """A red dot, or as many bytes of a picture as asked for."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\xff\0\0")),
        (b"IEND", b""),
    )
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return (b"\x89PNG\r\n\x1a\n" + body).ljust(size, b"\0")


def picture(name: str = "leak.png", size: int = 0) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, png(size), "image/png")
