"""Texts of unknown outcome: found at the carrier, or looked up twice in vain and only then sent again."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import transaction

from sandbox.testing import RunningSandbox
from threadline.events.publish import publish
from threadline.lib import clock
from threadline.messaging import reconcile, status, statuses
from threadline.messaging.dispatch import rescue
from threadline.messaging.models import Attempt, Message, OutboxEntry
from threadline.messaging.testing import DANA, send_all, text
from threadline.numbers.models import Number
from threadline.twilio.payloads import StatusUpdate

pytestmark = pytest.mark.django_db(transaction=True)


def lose_an_answer(carrier: RunningSandbox, line: Number, accepted: bool) -> Attempt:
    carrier.faults({"kind": "close" if accepted else "refuse", "count": 1, "to": DANA})
    text(line.workspace)
    send_all()
    attempt = Attempt.objects.get()
    assert attempt.outcome == "unknown"
    return attempt


def times_accepted(carrier: RunningSandbox) -> int:
    return len(carrier.control("GET", "accepted")["accepted"])


def later(seconds: float) -> None:
    """Let time pass for every attempt."""
    for attempt in Attempt.objects.all():
        attempt.wire_at -= timedelta(seconds=seconds)
        if attempt.looked_up_at:
            attempt.looked_up_at -= timedelta(seconds=seconds)
        attempt.save(update_fields=["wire_at", "looked_up_at"])


def test_a_text_that_is_there_is_adopted(carrier: RunningSandbox, line: Number) -> None:
    attempt = lose_an_answer(carrier, line, accepted=True)
    assert reconcile.step()
    attempt.refresh_from_db()
    message = Message.objects.get()
    assert attempt.outcome == "accepted"
    assert message.sid == attempt.sid and message.status != "unknown"
    assert not OutboxEntry.objects.exists()
    assert times_accepted(carrier) == 1


def test_a_text_that_is_not_there_goes_again_after_two_late_look_ups(
    carrier: RunningSandbox, line: Number, settings: LazySettings
) -> None:
    settings.THREADLINE_SANDBOX_GRACE = 60
    lose_an_answer(carrier, line, accepted=False)
    reconcile.step()
    later(30)
    reconcile.step()
    send_all()
    assert (Attempt.objects.get().lookups, times_accepted(carrier)) == (0, 0)
    later(31)
    reconcile.step()
    send_all()
    assert (Attempt.objects.get().lookups, times_accepted(carrier)) == (1, 0)
    later(20)
    reconcile.step()
    send_all()
    assert times_accepted(carrier) == 1
    assert list(Attempt.objects.order_by("id").values_list("outcome", flat=True)) == ["absent", "accepted"]
    assert Message.objects.get().status == "sending"


@pytest.mark.parametrize("meanwhile", ["unknown", "scheduled", "held", "canceled"])
def test_a_text_that_was_there_after_all_does_not_go_again(
    carrier: RunningSandbox, line: Number, settings: LazySettings, meanwhile: str
) -> None:
    settings.THREADLINE_SANDBOX_GRACE = 1
    attempt = lose_an_answer(carrier, line, accepted=False)
    for _late in range(2):
        later(100)
        reconcile.step()
    tomorrow = clock.now() + timedelta(days=1)
    assert OutboxEntry.objects.filter(claimed_by="").update(run_after=tomorrow) == 1
    Message.objects.update(status=meanwhile, rank=statuses.rank(meanwhile), error="They are asleep.")
    sid = "SM" + "7" * 32
    late = status.Update(attempt.public_id, StatusUpdate(sid=sid, account_sid="AC", status="delivered"), clock.now())
    with transaction.atomic():
        publish(status.apply([late])[1])
    assert not OutboxEntry.objects.exists()
    attempt.refresh_from_db()
    message = Message.objects.get()
    assert (attempt.outcome, attempt.sid) == ("accepted", sid)
    assert (message.status, message.sid, message.error) == ("delivered", sid, "")
    assert message.conversation.last_status == "delivered"
    send_all()
    assert times_accepted(carrier) == 0


def test_while_the_list_cannot_be_read_it_stays_unknown(
    carrier: RunningSandbox, line: Number, settings: LazySettings
) -> None:
    settings.THREADLINE_SANDBOX_GRACE = 1
    lose_an_answer(carrier, line, accepted=False)
    carrier.faults({"kind": "list_error", "status": 503})
    for _round in range(5):
        later(100)
        reconcile.step()
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.lookups) == ("unknown", 0)
    send_all()
    assert times_accepted(carrier) == 0


def test_claims_of_a_dead_sender_become_unknown_and_nothing_else(carrier: RunningSandbox, line: Number) -> None:
    text(line.workspace)
    message = Message.objects.get()
    Attempt.objects.create(message=message, connection=line.connection, wire_at=clock.now(), worker="wrk_gone")
    OutboxEntry.objects.update(claimed_by="wrk_gone")
    Message.objects.update(status="sending", rank=30)
    assert rescue.dead_claims() == 1
    message.refresh_from_db()
    assert message.status == "unknown"
    assert Attempt.objects.get().outcome == "unknown"
    send_all()
    assert times_accepted(carrier) == 0
    assert rescue.dead_claims() == 0


def test_two_of_ours_against_one_of_theirs_adopts_one(carrier: RunningSandbox, line: Number) -> None:
    carrier.faults({"kind": "close", "count": 1})
    text(line.workspace)
    text(line.workspace, allow_duplicate=True)
    send_all()
    carrier.faults()
    Attempt.objects.filter(outcome="accepted").update(outcome="unknown", sid=None)
    Message.objects.update(sid=None, status="unknown")
    reconcile.step()
    assert sorted(Attempt.objects.values_list("outcome", flat=True)) == ["accepted", "accepted"]
    assert Message.objects.values("sid").distinct().count() == 2
