"""Whoever takes texts back or asks for them waits for a conversation before holding what its writer needs next."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection, transaction

from threadline.accounts import members
from threadline.accounts.models import Role
from threadline.accounts.testing import make_member
from threadline.billing import ledger
from threadline.contacts import people
from threadline.contacts.people import Person
from threadline.lib import clock, testing
from threadline.messaging import asking, conversations, history, withdraw
from threadline.messaging.models import Conversation, Message
from threadline.messaging.testing import arrive, conversation_with, make_line, text
from threadline.messaging.verdicts import Verdict
from threadline.numbers import connect
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line(transactional_db: None) -> Number:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    return make_line()


def meanwhile(act: Callable[[], object]) -> AbstractContextManager[None]:
    """Somebody else acts, and waits for every conversation, which this transaction holds."""
    return testing.meanwhile(act, lambda: conversations.lock(Conversation.objects.values_list("id", flat=True)))


def test_a_text_does_not_wait_for_a_change_of_members(line: Number, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "publish", lambda _happenings: None)  # that comes later
    owner, other = make_member(line.workspace), make_member(line.workspace, Role.MEMBER)
    with testing.meanwhile(
        lambda: text(line.workspace), lambda: members.change_role(owner, other, Role.ADMIN), waits=False
    ):
        assert Message.objects.count() == 1


def test_nor_for_a_connection_that_is_saved_again(line: Number) -> None:
    credentials = connect.Credentials(line.account_sid, "0" * 32)
    with testing.meanwhile(
        lambda: text(line.workspace),
        lambda: connect._save(line.workspace, credentials, connect.Tested("Full", ()), "", None),
        waits=False,
    ):
        assert Message.objects.count() == 1


def test_people_who_are_saved_are_waited_for_in_the_order_of_their_threads(line: Number) -> None:
    first, last = "+18135550101", "+18135550102"
    for phone in (first, last):
        arrive(line, from_=phone)
    saved = [Person(phone, name="Dana") for phone in (last, first)]
    with testing.meanwhile(
        lambda: people.save(line.workspace, saved, clock.now()),
        lambda: conversations.lock([conversation_with(line.workspace, first).pk]),
    ):
        conversations.lock([conversation_with(line.workspace, last).pk])
    assert not Conversation.objects.filter(contact=None).exists()


def test_an_answer_and_a_pause_do_not_wait_for_each_other(line: Number) -> None:
    text(line.workspace, source="campaign:7", automatic=True, stop_on_reply=True)
    with meanwhile(lambda: withdraw.source(line.workspace_id, "campaign:7", "It was paused.", clock.now())):
        withdraw.on_reply(list(Conversation.objects.values_list("id", flat=True)), clock.now())
    assert Message.objects.get().error == "They answered first."


def test_an_answer_and_a_new_text_do_not_wait_for_each_other(line: Number) -> None:
    text(line.workspace, body="First")
    with meanwhile(lambda: text(line.workspace, body="Second")):
        ledger.credit(line.workspace_id, 1_000_000, "test", clock.now())
    assert Message.objects.count() == 2


def test_an_answer_and_a_first_adoption_do_not_wait_for_each_other(line: Number) -> None:
    arrive(line)
    conversation = Conversation.objects.get()
    with meanwhile(lambda: history.unanswered([line.id])):
        conversations.touch_lines({(conversation.id, line.id): (clock.now(), 1)})
    conversation.refresh_from_db()
    assert conversation.unread == 1


def test_two_programs_that_ask_at_once_count_each_other(line: Number) -> None:
    verdicts: list[Verdict] = []

    def other() -> None:
        verdicts.append(text(line.workspace, body="Hello", source="api", automatic=True).verdict)
        connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        text(line.workspace, body="Hello", source="campaign:7", automatic=True)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(20)
    assert [getattr(verdict, "code", "") for verdict in verdicts] == ["duplicate"]


def test_who_types_waits_for_no_program(line: Number) -> None:
    done = threading.Event()

    def other() -> None:
        text(line.workspace, to="+18135550177")
        connection.close()
        done.set()

    with transaction.atomic():
        asking.take_turn(line.workspace_id)
        threading.Thread(target=other).start()
        assert done.wait(20)
