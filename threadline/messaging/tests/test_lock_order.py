"""Answers, reports and history take what they write in one order: who holds the first row may go on to the last."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from threadline.lib import clock, testing
from threadline.messaging import history, receive, status
from threadline.messaging.dispatch import rescue, waiting
from threadline.messaging.dispatch.claim import Claimed, claim
from threadline.messaging.dispatch.settle import Landed, settle
from threadline.messaging.models import Attempt, Conversation, Message
from threadline.messaging.testing import arrive, make_line, text
from threadline.numbers.models import Number
from threadline.numbers.testing import make_number
from threadline.twilio.client import MessageRecord
from threadline.twilio.outcomes import Accepted
from threadline.twilio.payloads import InboundText, StatusUpdate

pytestmark = pytest.mark.django_db(transaction=True)
FIRST, LAST = "+18135550201", "+18135550203"
PEOPLE = (FIRST, "+18135550202", LAST)


@pytest.fixture
def line(transactional_db: None) -> Number:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    return make_line()


def attempt_to(person: str) -> None:
    list(Attempt.objects.filter(message__address=person).select_for_update(of=("self",), no_key=True))


def message_to(person: str) -> None:
    list(Message.objects.filter(address=person).select_for_update(no_key=True))


def conversation_with(person: str) -> None:
    list(Conversation.objects.filter(address=person).select_for_update(no_key=True))


def behind_the_first(act: Callable[[], object], row: Callable[[str], None]) -> AbstractContextManager[None]:
    """Somebody acts and comes to wait for the first person's row, which this transaction holds."""
    return testing.meanwhile(act, lambda: row(FIRST))


def claimed(line: Number) -> list[Claimed]:
    """A text to each of the people, taken by a sender."""
    for person in PEOPLE:
        text(line.workspace, to=person)
    with transaction.atomic():
        return list(claim("worker", 10, lambda _people: set(), (), clock.now()).ready)


def sid_of(one: Claimed) -> str:
    return f"SM{one.entry.message_id:032x}"


def reports(texts: Sequence[Claimed], word: str) -> list[status.Update]:
    return [
        status.Update(one.attempt, StatusUpdate(sid=sid_of(one), account_sid="AC", status=word), clock.now())
        for one in texts
    ]


def test_reports_move_messages_in_order(line: Number) -> None:
    texts = claimed(line)
    with transaction.atomic():
        status.apply(reports(texts, "queued"))
    with behind_the_first(lambda: status.apply(reports(texts[::-1], "sent")), message_to):
        message_to(LAST)
    assert set(Message.objects.values_list("status", flat=True)) == {"sent"}


def test_reports_wait_for_a_conversation_before_they_hold_its_message(line: Number) -> None:
    texts = claimed(line)
    with behind_the_first(lambda: status.apply(reports(texts[::-1], "sent")), conversation_with):
        conversation_with(LAST)
        message_to(FIRST)
    assert set(Message.objects.values_list("status", flat=True)) == {"sent"}


def test_early_reports_settle_attempts_in_order(line: Number) -> None:
    texts = claimed(line)
    with behind_the_first(lambda: status.apply(reports(texts[::-1], "sent")), attempt_to):
        attempt_to(LAST)
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"accepted"}


def test_answers_are_settled_in_order(line: Number) -> None:
    texts = claimed(line)

    def answers() -> None:
        waiting.by_index()
        settle([Landed(one, Accepted(sid_of(one), "queued")) for one in texts[::-1]], clock.now())

    with behind_the_first(answers, attempt_to):
        attempt_to(LAST)
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"accepted"}


def test_claims_of_the_dead_are_looked_at_in_order(line: Number) -> None:
    claimed(line)
    oldest = Attempt.objects.get(message__address=FIRST)
    oldest.delete()  # and written anew, so that it is the last in the table
    Attempt.objects.create(
        message=oldest.message, connection=oldest.connection, worker="worker", wire_at=oldest.wire_at
    )
    with behind_the_first(rescue.dead_claims, attempt_to):
        attempt_to(LAST)
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"unknown"}


def record(line: Number, sid: str, person: str, inbound: bool = True) -> MessageRecord:
    """One text of the carrier's list."""
    ends = (person, line.phone) if inbound else (line.phone, person)
    direction, word = ("inbound", "received") if inbound else ("outbound-api", "delivered")
    at = clock.now() - timedelta(minutes=1)
    what = (sid, line.account_sid, direction, *ends, f"Text {sid}", word)
    return MessageRecord(*what, 1, 0, None, "", None, "", created_at=at, sent_at=at, updated_at=at)


def brings(line: Number, sid: str, person: str) -> None:
    """A webhook brings one of them."""
    inbound = InboundText(account_sid=line.account_sid, from_=person, to=line.phone, body=f"Text {sid}", sid=sid)
    receive.receive([receive.Arrival(line.workspace_id, line.connection_id, inbound, clock.now())])


def known(line: Number) -> None:
    for person in PEOPLE:
        arrive(line, from_=person)


def test_history_takes_the_people_of_both_directions_in_order(line: Number) -> None:
    known(line)
    page = [record(line, "SM1", LAST), record(line, "SM2", FIRST, inbound=False)]
    with behind_the_first(lambda: history.adopt(line.connection, {line.phone: line}, page), conversation_with):
        conversation_with(LAST)
    assert Message.objects.filter(sid__in=["SM1", "SM2"]).count() == 2


def test_history_marks_numbers_in_order(line: Number, monkeypatch: pytest.MonkeyPatch) -> None:
    last = make_number(line.connection)
    Number.objects.filter(pk=line.pk).update(label="Main")  # now the last in the table
    monkeypatch.setattr(history, "client_of", lambda _connection: SimpleNamespace(messages=list))

    def number(pk: int) -> None:
        list(Number.objects.filter(pk=pk).select_for_update(no_key=True))

    with testing.meanwhile(lambda: history.sync(line.connection), lambda: number(line.pk)):
        number(last.pk)
    assert not Number.objects.filter(synced_until=None).exists()


def test_history_and_webhooks_may_bring_the_same_texts_in_two_orders(line: Number) -> None:
    known(line)
    page = [record(line, "SM2", LAST), record(line, "SM1", FIRST)]
    with testing.meanwhile(
        lambda: history.adopt(line.connection, {line.phone: line}, page), lambda: brings(line, "SM1", FIRST)
    ):
        brings(line, "SM2", LAST)
    assert Message.objects.filter(sid__in=["SM1", "SM2"]).count() == 2
    assert set(Conversation.objects.exclude(address=PEOPLE[1]).values_list("unread", flat=True)) == {2}
