"""History: texts of other tools appear, gaps heal, and nothing of ours appears twice."""

import time
from typing import Any

import pytest
from django.db import OperationalError

from sandbox.testing import RunningSandbox
from threadline.lib import clock
from threadline.messaging import history
from threadline.messaging.models import Attempt, Conversation, ConversationNumber, Media, Message
from threadline.messaging.testing import DANA, conversation_with, send_all, text
from threadline.numbers.models import Connection, Number
from threadline.twilio.client import CarrierError, Client

pytestmark = pytest.mark.django_db(transaction=True)


def by_another_tool(carrier: RunningSandbox, line: Number, body: str, to: str = DANA) -> None:
    """Zapier, say, sends a text over our number."""
    client: Any = Client(carrier.account_sid, carrier.auth_token, carrier.url)._account
    client.messages.create(to=to, from_=line.phone, body=body)


@pytest.mark.requirement("000-14", "000-15")
def test_a_text_of_another_tool_appears(carrier: RunningSandbox, line: Number) -> None:
    by_another_tool(carrier, line, "From Zapier")
    assert history.sync(line.connection) == 1
    message = Message.objects.get()
    assert (message.body, message.direction, message.source) == ("From Zapier", "outbound", "other")
    assert conversation_with(line.workspace).preview == "From Zapier"
    assert history.sync(line.connection) == 0
    assert Message.objects.count() == 1


def test_a_text_that_no_webhook_brought_is_healed_and_unread(carrier: RunningSandbox, line: Number) -> None:
    history.sync(line.connection)
    line.refresh_from_db()
    carrier.text(DANA, line.phone, "Did you get this?")
    history.sync(line.connection)
    conversation = conversation_with(line.workspace)
    assert (conversation.preview, conversation.unread) == ("Did you get this?", 1)


def test_a_first_adoption_leaves_only_the_unanswered_unread(carrier: RunningSandbox, line: Number) -> None:
    carrier.text(DANA, line.phone, "Question")
    by_another_tool(carrier, line, "Answer")
    carrier.text("+18135550177", line.phone, "Answered long ago")
    by_another_tool(carrier, line, "Yes", to="+18135550177")
    time.sleep(1.1)  # the carrier's list tells whole seconds
    carrier.text("+18135550177", line.phone, "One more thing")
    carrier.text("+18135550199", line.phone, "Nobody answered me")
    history.sync(line.connection)
    unread = dict(Conversation.objects.values_list("address", "unread"))
    assert unread == {DANA: 0, "+18135550199": 1, "+18135550177": 1}
    assert dict(ConversationNumber.objects.values_list("conversation__address", "unread")) == unread


def test_our_own_texts_are_recognised_and_their_status_moves(carrier: RunningSandbox, line: Number) -> None:
    text(line.workspace)
    send_all()
    for _again in range(50):
        history.sync(line.connection)
        if Message.objects.get().status == "delivered":
            break
    message = Message.objects.get()
    assert (message.status, message.source) == ("delivered", "member")


def test_somebody_with_an_unsettled_text_is_left_to_reconciliation(carrier: RunningSandbox, line: Number) -> None:
    carrier.faults({"kind": "close", "count": 1})
    text(line.workspace)
    send_all()
    assert Attempt.objects.get().outcome == "unknown"
    assert history.sync(line.connection) == 0
    assert Message.objects.count() == 1


def test_numbers_of_others_on_the_account_are_not_adopted(carrier: RunningSandbox, line: Number) -> None:
    carrier.text(DANA, carrier.numbers[1], "For another workspace")
    assert history.sync(line.connection) == 0
    assert not Message.objects.exists()


def test_a_deleted_message_stays_deleted(carrier: RunningSandbox, line: Number) -> None:
    carrier.text(DANA, line.phone, "Delete me")
    history.sync(line.connection)
    Message.objects.update(deleted_at=clock.now())
    Number.objects.update(synced_until=None)
    history.sync(line.connection)
    assert Message.objects.get().deleted_at is not None


def test_pages_are_followed_to_the_end(carrier: RunningSandbox, line: Number, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threadline.twilio.client.PAGE_SIZE", 3)
    real = Client.messages
    monkeypatch.setattr(Client, "messages", lambda self, **filters: real(self, page_size=3, **filters))
    for n in range(10):
        carrier.text(f"+1813555{n:04d}", line.phone, f"Text {n}")
    assert history.sync(line.connection) == 10


def test_files_of_history_are_listed_for_fetching(carrier: RunningSandbox, line: Number) -> None:
    carrier.text(DANA, line.phone, "A picture", media=[{"content_type": "image/png"}])
    history.sync(line.connection)
    assert Media.objects.filter(message__body="A picture", try_after__isnull=False).count() == 1


@pytest.mark.requirement("000-47")
def test_opening_messages_asks_for_a_sync_and_a_failure_is_told(carrier: RunningSandbox, line: Number) -> None:
    assert history.sync_due()
    assert not history.sync_due()
    history.want(line.workspace_id)
    carrier.faults({"kind": "list_error", "status": 500})
    assert history.sync_due()
    assert Connection.objects.get(id=line.connection_id).problem
    carrier.faults()
    history.want(line.workspace_id)
    Connection.objects.update(sync_wanted_at=clock.now())
    assert history.sync_due()
    assert Connection.objects.get(id=line.connection_id).problem == ""


def test_what_one_worker_reads_no_other_one_reads(line: Number, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []

    def reading(connection: Connection) -> int:
        begun.append(connection.pk)
        assert not history.sync_due()  # the other worker
        return 0

    monkeypatch.setattr(history, "sync", reading)
    assert history.sync_due()
    assert begun == [line.connection_id]


def test_a_reading_that_the_database_breaks_off_is_due_again(line: Number, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(_connection: Connection) -> int:
        raise OperationalError("deadlock detected")

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        patched.setattr(history, "sync", broken_off)
        history.sync_due()
    assert Connection.objects.get().synced_at is None


def test_an_error_of_the_carrier_leaves_what_was_adopted(carrier: RunningSandbox, line: Number) -> None:
    carrier.text(DANA, line.phone, "Hi")
    carrier.faults({"kind": "list_error", "status": 503})
    with pytest.raises(CarrierError):
        history.sync(line.connection)
    line.refresh_from_db()
    assert line.synced_until is None
