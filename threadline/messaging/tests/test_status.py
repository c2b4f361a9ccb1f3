"""Status callbacks: in any order, repeated, early, unknown. A message only moves forwards."""

import itertools

import pytest
from django.db import transaction

from threadline.billing import ledger
from threadline.events.publish import publish
from threadline.lib import clock
from threadline.messaging import status, statuses
from threadline.messaging.models import Attempt, Message, OutboxEntry
from threadline.messaging.testing import conversation_with, make_line, text
from threadline.twilio.payloads import StatusUpdate

pytestmark = pytest.mark.django_db
SID = "SM" + "5" * 32


def sent_message(sid: str | None = SID) -> Message:
    """A message that the carrier has accepted as `sid`."""
    line = make_line()
    ref = text(line.workspace).message
    assert ref
    message = Message.objects.get(id=ref.id)
    message.status, message.rank, message.sid = "sending", statuses.rank("sending"), sid
    message.save(update_fields=["status", "rank", "sid"])
    return message


def report(word: str, sid: str = SID, code: int | None = None, attempt: str = "", price: int | None = None) -> int:
    """Apply one callback; how many belonged to no message."""
    update = StatusUpdate(sid=sid, account_sid="AC", status=word, error_code=code)
    with transaction.atomic():
        orphans, happenings = status.apply([status.Update(attempt, update, clock.now(), price)])
        publish(happenings)
    return len(orphans)


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "queued", "sent"]))[::3])
def test_callbacks_in_any_order_end_in_the_furthest_status(order: tuple[str, ...]) -> None:
    message = sent_message()
    highest = 0
    for word in order:
        report(word)
        message.refresh_from_db()
        assert message.rank >= highest
        highest = message.rank
    assert message.status == "delivered"


def test_a_batch_with_all_of_them_ends_in_the_furthest_too() -> None:
    message = sent_message()
    updates = [
        status.Update("", StatusUpdate(sid=SID, account_sid="AC", status=word), clock.now())
        for word in ("delivered", "queued", "sent")
    ]
    with transaction.atomic():
        status.apply(updates)
    message.refresh_from_db()
    assert message.status == "delivered"
    assert conversation_with(message.workspace).last_status == "delivered"


def test_a_failure_keeps_its_reason_and_gives_the_money_back() -> None:
    message = sent_message()
    report("undelivered", code=30007)
    report("sent")
    report("delivered")
    message.refresh_from_db()
    assert (message.status, message.error_code) == ("undelivered", 30007)
    assert "spam" in message.error
    assert ledger.balance(message.workspace_id) == -8_300
    report("failed", code=30008)
    message.refresh_from_db()
    assert (message.status, message.error_code) == ("undelivered", 30007)


def test_what_never_left_the_carrier_costs_nothing() -> None:
    message = sent_message()
    report("failed", code=30034)
    assert ledger.balance(message.workspace_id) == 0
    report("failed", code=30034)
    assert ledger.balance(message.workspace_id) == 0


def test_the_final_price_replaces_the_reservation_once() -> None:
    message = sent_message()
    report("delivered", price=7_900)
    report("delivered", price=7_900)
    assert ledger.balance(message.workspace_id) == -7_900


def test_an_unknown_sid_is_handed_back_to_be_tried_later() -> None:
    sent_message()
    assert report("delivered", sid="SM" + "9" * 32) == 1


def test_a_callback_quicker_than_the_answer_settles_the_attempt() -> None:
    message = sent_message(sid=None)
    assert message.number
    attempt = Attempt.objects.create(
        message=message, connection=message.number.connection, wire_at=clock.now(), worker="w"
    )
    report("sent", attempt=attempt.public_id)
    attempt.refresh_from_db()
    message.refresh_from_db()
    assert (attempt.outcome, attempt.sid) == ("accepted", SID)
    assert (message.status, message.sid) == ("sent", SID)
    assert not OutboxEntry.objects.filter(message=message).exists()


@pytest.mark.parametrize("outcome", ["unknown", "ambiguous", "absent"])
def test_an_unknown_outcome_is_settled_by_its_callback(outcome: str) -> None:
    message = sent_message(sid=None)
    assert message.number
    attempt = Attempt.objects.create(
        message=message, connection=message.number.connection, wire_at=clock.now(), outcome=outcome
    )
    Message.objects.filter(id=message.id).update(status="unknown")
    report("queued", attempt=attempt.public_id)
    attempt.refresh_from_db()
    message.refresh_from_db()
    assert attempt.outcome == "accepted"
    assert (message.status, message.sid) == ("sending", SID)
    assert not OutboxEntry.objects.filter(message=message).exists()


def test_two_attempts_in_one_batch_are_told_apart() -> None:
    message = sent_message(sid=None)
    assert message.number
    first, second = (
        Attempt.objects.create(
            message=message, connection=message.number.connection, wire_at=clock.now(), outcome=outcome
        )
        for outcome in ("absent", "pending")
    )
    other = "SM" + "6" * 32
    updates = [
        status.Update(second.public_id, StatusUpdate(sid=SID, account_sid="AC", status="sent"), clock.now()),
        status.Update(first.public_id, StatusUpdate(sid=other, account_sid="AC", status="delivered"), clock.now()),
    ]
    with transaction.atomic():
        status.apply(updates)
    assert list(Attempt.objects.order_by("id").values_list("outcome", "sid")) == [
        ("accepted", other),
        ("accepted", SID),
    ]
    message.refresh_from_db()
    assert (message.status, message.sid) == ("sent", SID)


def test_every_status_of_the_carrier_has_a_rank() -> None:
    words = "accepted scheduled queued sending sent delivered undelivered failed read canceled receiving received"
    assert all(word in statuses.RANKS for word in [*words.split(), "partially_delivered"])
    assert statuses.rank("a word of next year") == statuses.rank("sending")
