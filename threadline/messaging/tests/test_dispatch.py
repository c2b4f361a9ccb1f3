"""The outbox empties at the simulated carrier: each text once, and every way a POST can end."""

from datetime import timedelta
from typing import Any
from urllib.request import urlopen

import pytest
from django.db import IntegrityError, OperationalError, transaction

from sandbox.testing import RunningSandbox, eventually
from threadline.billing import ledger
from threadline.compliance import optouts
from threadline.lib import clock
from threadline.messaging import uploads, withdraw
from threadline.messaging.dispatch import alive
from threadline.messaging.dispatch.addresses import Addresses
from threadline.messaging.dispatch.claim import claim
from threadline.messaging.dispatch.settle import Landed, settle
from threadline.messaging.models import Attempt, Message, OutboxEntry, Receipt
from threadline.messaging.testing import DANA, picture, png, send_all, text
from threadline.numbers.models import Connection, Number
from threadline.numbers.testing import NOWHERE
from threadline.twilio.flight import Flight, Landing
from threadline.twilio.outcomes import Accepted, NotSent

pytestmark = pytest.mark.django_db(transaction=True)


def accepted(carrier: RunningSandbox) -> list[tuple[str, str]]:
    return [(row["to"], row["body"]) for row in carrier.control("GET", "accepted")["accepted"]]


def test_a_queued_text_reaches_the_carrier_once_and_gets_its_sid(carrier: RunningSandbox, line: Number) -> None:
    text(line.workspace, body="Hello Dana")
    send_all()
    message = Message.objects.get()
    assert accepted(carrier) == [(DANA, "Hello Dana")]
    assert (message.status, message.sid and message.sid[:2]) == ("sending", "SM")
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.sid, attempt.message_id) == ("accepted", message.sid, message.id)
    assert not OutboxEntry.objects.exists()
    assert [receipt.phase for receipt in Receipt.objects.order_by("id")] == ["send", "dispatch"]


def test_many_texts_leave_once_each(carrier: RunningSandbox, line: Number) -> None:
    for n in range(250):
        text(line.workspace, to=f"+1813555{n:04d}", body=f"Text {n}")
    send_all()
    assert sorted(accepted(carrier)) == [(f"+1813555{n:04d}", f"Text {n}") for n in range(250)]
    assert Message.objects.filter(sid=None).count() == 0


def test_a_persons_reply_leaves_before_a_campaign(carrier: RunningSandbox, line: Number) -> None:
    text(line.workspace, to="+18135550001", body="Offer", priority=30, automatic=True, source="campaign:1")
    text(line.workspace, to="+18135550002", body="Reply")
    assert list(OutboxEntry.objects.order_by("priority").values_list("message__body", flat=True)) == ["Reply", "Offer"]
    send_all()
    assert len(accepted(carrier)) == 2


def test_an_opt_out_between_queue_and_claim_stops_the_text(carrier: RunningSandbox, line: Number) -> None:
    text(line.workspace)
    optouts.record([optouts.NewOptOut(line.workspace_id, line.phone, DANA, clock.now(), word="STOP")])
    send_all()
    message = Message.objects.get()
    assert accepted(carrier) == []
    assert (message.status, message.error_code) == ("failed", 21610)
    assert "opted out" in message.error
    assert ledger.balance(line.workspace_id) == 0


def test_somebody_whose_own_text_is_unread_waits(carrier: RunningSandbox, line: Number) -> None:
    text(line.workspace)
    text(line.workspace, to="+18135550199", body="To another")
    send_all(unread=lambda people: {(line.workspace_id, DANA)} & set(people))
    assert accepted(carrier) == [("+18135550199", "To another")]
    OutboxEntry.objects.update(run_after=clock.now())
    send_all()
    assert len(accepted(carrier)) == 2


def test_what_is_withdrawn_before_the_claim_does_not_leave(carrier: RunningSandbox, line: Number) -> None:
    message = text(line.workspace, source="campaign:7", automatic=True).message
    gone = withdraw.source(line.workspace_id, "campaign:7", "The campaign was paused.", clock.now())
    assert message and gone == [message.id]
    send_all()
    assert accepted(carrier) == []
    assert Message.objects.get().status == "canceled"


def test_a_text_that_waited_too_long_needs_a_person(carrier: RunningSandbox, line: Number) -> None:
    text(line.workspace)
    OutboxEntry.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    send_all()
    assert accepted(carrier) == []
    assert Message.objects.get().status == "failed"


def test_a_number_that_is_gone_holds_its_texts(carrier: RunningSandbox, line: Number) -> None:
    text(line.workspace)
    Number.objects.update(gone_at=clock.now())
    send_all()
    message = Message.objects.get()
    assert (message.status, "no longer on the Twilio account" in message.error) == ("held", True)


def test_a_refusal_fails_with_its_reason_and_costs_nothing(carrier: RunningSandbox, line: Number) -> None:
    carrier.faults({"kind": "error", "code": 21614})
    text(line.workspace)
    send_all()
    message = Message.objects.get()
    assert (message.status, message.error_code, bool(message.error)) == ("failed", 21614, True)
    assert Attempt.objects.get().outcome == "refused"
    assert ledger.balance(line.workspace_id) == 0


def test_21610_is_remembered_as_an_opt_out(carrier: RunningSandbox, line: Number) -> None:
    carrier.text(DANA, line.phone, "STOP")
    text(line.workspace)
    send_all()
    assert Message.objects.get().error_code == 21610
    assert (DANA, line.phone) in optouts.in_force(line.workspace_id, [DANA])


def test_a_throttled_text_was_not_executed_and_goes_out_again(carrier: RunningSandbox, line: Number) -> None:
    carrier.faults({"kind": "http", "status": 429, "count": 1})
    text(line.workspace)
    send_all()
    assert accepted(carrier) == []
    assert_it_goes_out_again(carrier)


def test_a_text_that_found_no_carrier_goes_out_again(carrier: RunningSandbox, line: Number) -> None:
    Connection.objects.update(base_url=NOWHERE)
    text(line.workspace)
    send_all()
    assert "could not be reached" in Message.objects.get().error
    Connection.objects.update(base_url=carrier.url)
    assert_it_goes_out_again(carrier)


def assert_it_goes_out_again(carrier: RunningSandbox) -> None:
    entry = OutboxEntry.objects.get()
    assert (entry.claimed_by, entry.run_after > clock.now()) == ("", True)
    assert Message.objects.get().status == "queued"
    OutboxEntry.objects.update(run_after=clock.now())
    send_all()
    assert len(accepted(carrier)) == 1
    assert Attempt.objects.count() == 2
    assert Message.objects.get().error == ""


LOST_ANSWERS = [
    ({"kind": "close"}, 1),
    ({"kind": "http", "status": 500, "accepted": True}, 1),
    ({"kind": "http", "status": 503}, 0),
    ({"kind": "refuse"}, 0),
]


@pytest.mark.parametrize(("fault", "times"), LOST_ANSWERS)
def test_a_lost_answer_is_unknown_and_never_simply_sent_again(
    carrier: RunningSandbox, line: Number, fault: dict[str, Any], times: int
) -> None:
    carrier.faults({**fault, "to": DANA, "count": 1})
    text(line.workspace, to="+18135550001", body="Warm the connection")
    text(line.workspace)
    send_all()
    send_all()
    message = Message.objects.get(address=DANA)
    assert message.status == "unknown"
    assert Attempt.objects.get(message=message).outcome == "unknown"
    assert accepted(carrier).count((DANA, "Hello")) == times


def test_a_dying_kept_alive_connection_never_makes_two_of_one_text(carrier: RunningSandbox, line: Number) -> None:
    carrier.faults({"kind": "close", "kept_alive": True, "count": 5})
    for n in range(150):
        text(line.workspace, to=f"+1813555{n:04d}")
    send_all()
    assert len(accepted(carrier)) == len(set(accepted(carrier))) == 150
    assert Message.objects.filter(status="unknown").count() == 5


def test_wrong_credentials_keep_the_text_and_mark_the_connection(carrier: RunningSandbox, line: Number) -> None:
    line.connection.auth_token = "0" * 32
    line.connection.save(update_fields=["auth_token_sealed"])
    text(line.workspace)
    send_all()
    line.connection.refresh_from_db()
    assert line.connection.problem
    assert Message.objects.get().status == "queued"
    assert OutboxEntry.objects.get().claimed_by == ""


def test_a_token_that_cannot_be_read_any_more_loses_nothing(carrier: RunningSandbox, line: Number) -> None:
    sealed = line.connection.auth_token_sealed
    Connection.objects.update(auth_token_sealed="sealed with another key")
    text(line.workspace)
    send_all()
    assert accepted(carrier) == []
    assert Message.objects.get().status == "queued"
    Connection.objects.update(auth_token_sealed=sealed)
    assert_it_goes_out_again(carrier)


def test_a_turn_that_is_rolled_back_keeps_what_landed(
    carrier: RunningSandbox, line: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [OperationalError("deadlock detected"), OperationalError("deadlock detected")]

    def failing(*arguments: Any) -> Any:
        if arguments[0] and failures:
            raise failures.pop()
        return settle(*arguments)

    monkeypatch.setattr("threadline.messaging.dispatch.loop.AFTER_ERROR", 0.01)
    monkeypatch.setattr("threadline.messaging.dispatch.loop.settle", failing)
    text(line.workspace)
    send_all()
    assert failures == []
    assert (len(accepted(carrier)), Message.objects.get().status) == (1, "sending")
    assert Attempt.objects.get().outcome == "accepted"


def test_a_sender_that_cannot_say_that_it_lives_keeps_what_landed(
    carrier: RunningSandbox, line: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [OperationalError("the connection is closed"), OperationalError("the connection is lost")]
    hold = alive.hold

    def failing(*arguments: Any) -> Any:
        if arguments[0] and len(failures) == 2:
            raise failures.pop()
        return settle(*arguments)

    def away(worker: str) -> None:
        if len(failures) == 1:
            raise failures.pop()
        hold(worker)

    monkeypatch.setattr("threadline.messaging.dispatch.loop.AFTER_ERROR", 0.01)
    monkeypatch.setattr("threadline.messaging.dispatch.loop.settle", failing)
    monkeypatch.setattr(alive, "hold", away)
    text(line.workspace)
    send_all()
    assert failures == []
    assert (len(accepted(carrier)), Message.objects.get().status) == (1, "sending")
    assert Attempt.objects.get().outcome == "accepted"


def test_answers_that_are_settled_one_by_one_stay_in_hand_too(
    carrier: RunningSandbox, line: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[Exception] = [OperationalError("deadlock detected"), IntegrityError("UNIQUE constraint failed")]

    def failing(*arguments: Any) -> Any:
        if arguments[0] and failures:
            raise failures.pop()
        return settle(*arguments)

    monkeypatch.setattr("threadline.messaging.dispatch.loop.AFTER_ERROR", 0.01)
    monkeypatch.setattr("threadline.messaging.dispatch.loop.settle", failing)
    text(line.workspace)
    send_all()
    assert failures == []
    assert (len(accepted(carrier)), Attempt.objects.get().outcome) == (1, "accepted")


def test_texts_whose_credentials_cannot_be_read_go_out_again(
    carrier: RunningSandbox, line: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object) -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("threadline.messaging.dispatch.loop.AFTER_ERROR", 0.01)
    text(line.workspace)
    with monkeypatch.context() as patched:
        patched.setattr(Addresses, "_connection", away)
        send_all()
    assert accepted(carrier) == []
    assert_it_goes_out_again(carrier)


def test_an_answer_with_a_sid_that_another_text_has_does_not_stop_the_sender(
    carrier: RunningSandbox, line: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    text(line.workspace, body="First")
    send_all()
    taken = Message.objects.get().sid
    assert taken
    real = Flight.poll

    def repeating(flight: Flight, timeout: float) -> list[Landing]:
        return [
            Landing(landing.key, Accepted(taken, "queued")) if landing.key.entry.body == "Second" else landing
            for landing in real(flight, timeout)
        ]

    monkeypatch.setattr(Flight, "poll", repeating)
    text(line.workspace, body="Second")
    text(line.workspace, body="Third")
    send_all()
    found = dict(Message.objects.values_list("body", "status"))
    assert (found["Second"], found["Third"]) == ("unknown", "sending")
    assert Message.objects.get(body="Third").sid


def test_a_late_answer_does_not_let_go_of_what_another_sender_has_claimed_since(line: Number) -> None:
    text(line.workspace)
    with transaction.atomic():
        (one,) = claim("worker", 10, lambda _people: set(), (), clock.now()).ready
    OutboxEntry.objects.update(claimed_by="another", tries=2)
    with transaction.atomic():
        settle([Landed(one, NotSent("connection refused"))], clock.now())
    assert OutboxEntry.objects.get().claimed_by == "another"


def test_the_carrier_is_told_until_when_it_may_deliver(line: Number) -> None:
    now = clock.now()
    text(line.workspace, not_after=now + timedelta(hours=1, seconds=5))
    text(line.workspace, to="+18135550199", not_after=now + timedelta(days=2))
    with transaction.atomic():
        ready = claim("worker", 10, lambda _people: set(), (), clock.now()).ready
    periods = [dict(Addresses().request(one)[3])["ValidityPeriod"] for one in ready]
    assert (int(periods[0]) // 60, periods[1]) == (60, "36000")


def test_a_text_whose_hours_are_nearly_over_is_left_alone(carrier: RunningSandbox, line: Number) -> None:
    text(line.workspace, not_after=clock.now() + timedelta(seconds=100))
    send_all()
    assert (accepted(carrier), Message.objects.get().status) == ([], "scheduled")


def test_the_carrier_fetches_our_file_and_the_persons_phone_shows_it(
    carrier: RunningSandbox, line: Number, live_server: Any, settings: Any
) -> None:
    settings.THREADLINE_LOCAL_URL = live_server.url
    upload = uploads.store(line.workspace, None, picture("leak.png"), clock.now())
    text(line.workspace, body="", media_urls=uploads.urls(line.workspace_id, [upload.public_id]))
    send_all()
    eventually(lambda: carrier.texts(DANA))
    (shown,) = carrier.texts(DANA)
    (file,) = shown["media"]
    assert urlopen(carrier.url + file["url"]).read() == png()


def test_a_file_nobody_can_fetch_ends_the_text_with_the_reason(line: Number, settings: Any) -> None:
    settings.THREADLINE_URL = settings.THREADLINE_LOCAL_URL = ""
    upload = uploads.store(line.workspace, None, picture(), clock.now())
    text(line.workspace, media_urls=uploads.urls(line.workspace_id, [upload.public_id]))
    send_all()
    message = Message.objects.get()
    assert message.status == "failed"
    assert "THREADLINE_URL" in message.error
    assert ledger.balance(line.workspace_id) == 0
