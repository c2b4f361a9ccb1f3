"""A number with a limit gives each text a moment of its own, however many senders there are."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction

from sandbox.testing import RunningSandbox, eventually
from threadline.lib import clock
from threadline.messaging import withdraw
from threadline.messaging.dispatch import pacing, run, waiting
from threadline.messaging.dispatch.claim import Claim, claim
from threadline.messaging.models import Attempt, OutboxEntry
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.send import send
from threadline.messaging.testing import make_line, text
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = timedelta(seconds=1)


class Virtual:
    """A clock that a test turns; claims are made on it, and never settled."""

    def __init__(self) -> None:
        self.now = clock.now()

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def claim(self, worker: str = "wrk_1", limit: int = 100) -> Claim:
        with transaction.atomic():
            return claim(worker, limit, lambda _people: set(), [], self.now)

    def claim_all(self) -> list[str]:
        """Texts that leave at this moment, by their words."""
        left: list[str] = []
        while True:
            taken = self.claim()
            left += [one.entry.body for one in taken.ready]
            if not taken.full:
                return left


@pytest.fixture
def clock_() -> Iterator[Virtual]:
    virtual = Virtual()
    with patch.object(clock, "now", lambda: virtual.now):
        yield virtual


def queue(line: Number, count: int, **fields: Any) -> None:
    fields = {"priority": 30, "automatic": True, "source": "campaign:1", **fields}
    texts = [Outgoing(f"+1813556{n:04d}", f"{fields['source']} {n}", number_id=line.pk, **fields) for n in range(count)]
    send(line.workspace, texts)


def departures() -> list[datetime]:
    return sorted(Attempt.objects.values_list("wire_at", flat=True))


def most_in_a_second(moments: list[datetime]) -> int:
    return max(sum(1 for other in moments if one <= other < one + SECOND) for one in moments)


def run_for(virtual: Virtual, seconds: float, step: float = 0.02) -> None:
    """Claim as a sender that wakes at every slot, and a little late."""
    for _turn in range(round(seconds / step)):
        virtual.claim_all()
        virtual.pass_(step)


def test_no_second_sees_more_than_the_limit_and_one_more_and_all_leave(clock_: Virtual) -> None:
    line = make_line(per_second=10)
    queue(line, 120)
    run_for(clock_, 13)
    moments = departures()
    assert len(moments) == 120
    assert most_in_a_second(moments) <= 11
    assert moments[-1] - moments[0] <= timedelta(seconds=12)
    assert not OutboxEntry.objects.filter(claimed_by="").exists()


def test_order_is_kept_and_every_waiting_text_has_a_slot_of_its_own(clock_: Virtual) -> None:
    line = make_line(per_second=2)
    queue(line, 6)
    assert clock_.claim_all() == ["campaign:1 0", "campaign:1 1"]
    waiting = OutboxEntry.objects.filter(claimed_by="").order_by("id")
    assert all(entry.paced for entry in waiting)
    after = [(entry.run_after - clock_.now) / SECOND for entry in waiting]
    assert after == pytest.approx([1.0, 1.5, 2.0, 2.5])
    assert pacing.next_slot(clock_.now) == waiting[0].run_after


def test_a_persons_reply_goes_at_once_and_uses_a_slot_up(clock_: Virtual) -> None:
    line = make_line(per_second=1)
    queue(line, 10)
    assert len(clock_.claim_all()) == 2
    text(line.workspace, to="+18135550199", body="On our way", number_id=line.pk)
    assert clock_.claim_all() == ["On our way"]
    clock_.pass_(2.01)
    assert len(clock_.claim_all()) <= 1
    run_for(clock_, 9, 0.1)
    assert len(departures()) == 11


def test_a_number_without_a_limit_waits_for_nobody(clock_: Virtual) -> None:
    limited = make_line(per_second=0.5)
    free = make_line()
    queue(limited, 5)
    queue(free, 150)
    assert len(clock_.claim_all()) == 152
    assert not OutboxEntry.objects.filter(paced=True, line=free.phone).exists()


def test_numbers_without_a_limit_are_never_locked(clock_: Virtual, django_assert_num_queries: Any) -> None:
    line = make_line()
    queue(line, 3)
    entries = _taken(clock_)
    with django_assert_num_queries(0):
        assert pacing.hand_out(entries, clock_.now) == {}


def _taken(virtual: Virtual) -> Any:
    with transaction.atomic():
        return waiting.take(100, [], virtual.now)


def test_after_an_hour_without_a_sender_there_is_no_burst(clock_: Virtual) -> None:
    line = make_line(per_second=5)
    queue(line, 60)
    clock_.claim_all()
    clock_.pass_(3600)
    run_for(clock_, 13)
    moments = departures()
    assert len(moments) == 60
    assert most_in_a_second(moments) <= 6


def test_slots_of_withdrawn_texts_are_given_out_again(clock_: Virtual) -> None:
    line = make_line(per_second=1)
    queue(line, 100)
    clock_.claim_all()
    with transaction.atomic():
        withdraw.source(line.workspace_id, "campaign:1", "The campaign was paused.", clock_.now)
    clock_.pass_(5)
    queue(line, 3, source="campaign:2")
    run_for(clock_, 3, 0.1)
    assert len(departures()) == 5


def test_a_text_that_waits_for_its_turn_does_not_grow_too_old(clock_: Virtual) -> None:
    line = make_line(per_second=0.0001)
    queue(line, 15)
    clock_.claim_all()
    last = OutboxEntry.objects.filter(claimed_by="").order_by("-run_after")[0]
    assert last.run_after - clock_.now > timedelta(hours=24)
    assert last.expires_at and last.expires_at > last.run_after


def test_two_senders_share_the_limit_and_leave_nothing_behind(carrier: RunningSandbox, line: Number) -> None:
    Number.objects.filter(pk=line.pk).update(per_second=20)
    queue(line, 50)
    stop = threading.Event()
    senders = [threading.Thread(target=_send, args=(stop,)) for _n in range(2)]
    for sender in senders:
        sender.start()
    try:
        eventually(lambda: not OutboxEntry.objects.exists(), 20)
    finally:
        stop.set()
        for sender in senders:
            sender.join()
    moments = departures()
    assert len(moments) == 50
    assert most_in_a_second(moments) <= 21
    assert len(carrier.accepted()) == 50
    assert (moments[-1] - moments[0]) / SECOND < 4  # woken at each slot, not once a second


def _send(stop: threading.Event) -> None:
    try:
        run(stop, lambda _people: set())
    finally:
        connection.close()
