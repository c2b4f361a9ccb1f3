import threading
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction

from threadline.lib import deadlocks
from threadline.lib.deadlocks import TRIES, retried


class BrokenOffError(Exception):
    sqlstate = "40P01"


def failing(times: int, cause: Exception | None = None) -> tuple[list[int], Callable[[], str]]:
    calls: list[int] = []

    @retried
    def act() -> str:
        calls.append(1)
        if len(calls) <= times:
            raise OperationalError("broken off") from (cause or BrokenOffError())
        return "done"

    return calls, act


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlocks, "LONGEST_PAUSE", 0)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_was_broken_off_is_done_again() -> None:
    calls, act = failing(TRIES - 1)
    assert act() == "done"
    assert len(calls) == TRIES


@pytest.mark.django_db(transaction=True)
def test_it_is_not_tried_for_ever() -> None:
    calls, act = failing(TRIES)
    with pytest.raises(OperationalError):
        act()
    assert len(calls) == TRIES


@pytest.mark.django_db(transaction=True)
def test_another_error_is_raised_at_once() -> None:
    calls, act = failing(1, ValueError())
    with pytest.raises(OperationalError):
        act()
    assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_the_outer_one_has_to_begin_again() -> None:
    calls, act = failing(1)
    with pytest.raises(OperationalError), transaction.atomic():
        act()
    assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
def test_two_that_wait_for_each_other_both_get_done() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    both_hold_one = threading.Barrier(2)
    done: list[int] = []
    seen: set[int] = set()

    @retried
    def lock(first: int, second: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [first])
            if first not in seen:
                seen.add(first)
                both_hold_one.wait(5)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [second])
        done.append(first)

    def run(first: int, second: int) -> None:
        try:
            lock(first, second)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(done) == [1, 2]
