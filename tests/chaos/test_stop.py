"""After STOP nothing goes out, whoever was down when the person said it. Through the real edge and the real worker."""

import pytest

from sandbox.testing import eventually
from tests.chaos.world import World, accepted
from threadline.compliance import optouts
from threadline.ingest.models import RawRequest
from threadline.lib import clock
from threadline.messaging.models import Message, OutboxEntry
from threadline.messaging.testing import DANA, text

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

OTHER = "+18135550199"


def test_worker_down_stop_worker_up_nothing_goes_out(world: World) -> None:
    text(world.number.workspace, body="Our offer")
    text(world.number.workspace, to=OTHER, body="To another")
    world.carrier.text(DANA, world.number.phone, "STOP")
    world.carrier.settled()
    assert (DANA, world.number.phone) in optouts.in_force(world.number.workspace_id, [DANA])  # before any worker
    worker = world.start()
    eventually(lambda: Message.objects.filter(address=DANA, direction="outbound", status="failed").exists(), 20)
    eventually(lambda: len(accepted(world.carrier)) == 1, 20)
    assert worker.stop() == 0, world.log.read_text()
    assert [(to, body) for to, body, _sid in accepted(world.carrier)] == [(OTHER, "To another")]
    assert not OutboxEntry.objects.exists()
    assert Message.objects.get(address=DANA, direction="outbound").error_code == 21610


def test_a_worker_killed_after_its_claim_does_not_send_past_a_stop(world: World) -> None:
    text(world.number.workspace)
    worker = world.start("dispatch.after_wire:1")
    assert worker.wait(20) == -9, world.log.read_text()
    world.carrier.text(DANA, world.number.phone, "STOP")
    world.carrier.settled()
    worker = world.start()  # finds the text unknown, looks it up in vain, and asks the gate again
    eventually(lambda: Message.objects.filter(address=DANA, status="failed").exists(), 30)
    assert worker.stop() == 0, world.log.read_text()
    assert accepted(world.carrier) == []
    assert not OutboxEntry.objects.exists()


def test_a_text_that_was_stored_but_not_read_yet_holds_the_answer_back(world: World) -> None:
    RawRequest.objects.create(
        workspace=world.number.workspace,
        connection=world.number.connection,
        kind=RawRequest.Kind.INBOUND,
        key="inbound:unread",
        address=DANA,
        body="",
        received_at=clock.now(),
    )
    text(world.number.workspace)
    text(world.number.workspace, to=OTHER)
    sender = world.start_sender_alone()  # nobody reads what came in
    eventually(lambda: len(accepted(world.carrier)) == 1, 20)
    waiting = OutboxEntry.objects.filter(address=DANA)
    first_until = waiting.get().run_after
    eventually(lambda: waiting.get().run_after > first_until, 10)  # it was looked at again, and put off
    assert [to for to, _body, _sid in accepted(world.carrier)] == [OTHER]
    RawRequest.objects.update(processed_at=clock.now())
    eventually(lambda: len(accepted(world.carrier)) == 2, 10)
    assert sender.stop() == 0, world.log.read_text()
