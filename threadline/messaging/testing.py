"""Texts for tests: a line ready to send from, and what arrives on it."""

import itertools
import threading
from datetime import datetime
from typing import Any

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
    fields.setdefault("sid", f"SM{next(_serial):032x}")
    inbound = InboundText(account_sid=number.account_sid, from_=from_, to=number.phone, body=body, **fields)
    arrival = receive.Arrival(number.workspace_id, number.connection_id, inbound, at or clock.now())
    with transaction.atomic():
        publish(receive.receive([arrival]))


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
