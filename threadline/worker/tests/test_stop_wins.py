"""Worker down, a text queued, STOP comes in, worker up: nothing goes out."""

import threading
import time

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from pytest_django.fixtures import Settings

from threadline.compliance.models import OptOut
from threadline.ingest import process
from threadline.ingest.testing import BASE, inbound, post, running_edge
from threadline.messaging.models import Attempt, Message, OutboxEntry
from threadline.messaging.testing import DANA, text
from threadline.numbers.models import Number
from threadline.numbers.testing import make_connection, make_number
from threadline.worker.loops import LOOPS
from threadline.worker.process import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def _line() -> Number:
    return make_number(make_connection(base_url="http://127.0.0.1:9"), "+18335550100")


def _work(seconds: float) -> None:
    """The real worker, until nothing waits, at most so long."""
    loops = [loop for loop in LOOPS if loop.name in ("ingest", "dispatch")]
    worker = Worker("w", loops, [])
    thread = threading.Thread(target=worker.run)
    thread.start()
    until = time.monotonic() + seconds
    while time.monotonic() < until and OutboxEntry.objects.exists():
        time.sleep(0.05)
    worker.stop.set()
    thread.join(20)
    assert not thread.is_alive()
    connection.close()


@pytest.mark.parametrize("read_before", [False, True])
async def test_a_queued_text_does_not_go_out_after_a_stop(settings: Settings, read_before: bool) -> None:
    settings.THREADLINE_URL = BASE
    number = await _line()
    await sync_to_async(text)(number.workspace, DANA, "Are you still coming?")
    assert await OutboxEntry.objects.acount() == 1
    async with running_edge() as edge:
        fields = inbound(number.account_sid, number.phone, "Stop", DANA)
        assert (await post(edge, "/api/incoming-sms", fields)).status == 200
    assert await OptOut.objects.filter(lifted_at=None).acount() == 1
    if read_before:
        await sync_to_async(process.step)()
    await sync_to_async(_work)(10)
    assert await OutboxEntry.objects.acount() == 0
    assert await Attempt.objects.acount() == 0
    message = await Message.objects.aget(direction="outbound")
    assert message.status not in ("queued", "sending", "sent", "delivered", "unknown")
