"""The worker: loops woken by bells, chores by the clock and by one process only, and an end in good order."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from threadline.ingest import heartbeat
from threadline.lib import doorbell
from threadline.worker import loops, run
from threadline.worker.loops import Chore, Loop
from threadline.worker.role import Role

pytestmark = pytest.mark.django_db(transaction=True)

Work = Callable[[list[Loop], list[Chore]], threading.Event]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Run a worker with these loops and chores, without a sender, until the test is over."""
    stop = threading.Event()
    running: list[threading.Thread] = []

    def start(some: list[Loop], chores: list[Chore]) -> threading.Event:
        monkeypatch.setattr(loops, "send", lambda stop: stop.wait())
        monkeypatch.setattr(loops, "LOOPS", some)
        monkeypatch.setattr(loops, "CHORES", chores)
        running.append(threading.Thread(target=run.run, args=(stop,)))
        running[0].start()
        return stop

    yield start
    stop.set()
    for thread in running:
        thread.join(10)
        assert not thread.is_alive()


def eventually(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


def test_a_loop_works_on_while_there_is_more_and_wakes_by_its_bell(work: Work) -> None:
    answers, steps = [True, True, False], []

    def step() -> bool:
        steps.append(time.monotonic())
        return answers.pop(0) if answers else False

    work([Loop("test", ("ingest",), step, pause=1.0)], [])
    assert eventually(lambda: len(steps) >= 3)
    before = len(steps)
    doorbell.ring("ingest")
    assert eventually(lambda: len(steps) > before)


def test_an_error_does_not_end_a_loop(work: Work) -> None:
    steps = []

    def step() -> bool:
        steps.append(1)
        if len(steps) == 1:
            raise ValueError("a bad row")
        return False

    work([Loop("test", (), step)], [])
    assert eventually(lambda: len(steps) >= 2)


def test_chores_come_round_and_the_heart_beats_until_the_end(work: Work) -> None:
    done: list[str] = []
    stop = work([], [Chore("often", 0, lambda: done.append("often")), Chore("rare", 3600, lambda: done.append("rare"))])
    assert eventually(lambda: done.count("often") >= 2 and heartbeat.age() is not None)
    assert done.count("rare") == 1
    stop.set()
    assert eventually(lambda: heartbeat.age() is None)


def test_one_worker_has_the_chore_role_and_another_takes_over() -> None:
    answers: list[bool] = []

    def another() -> None:
        """Another worker: a thread has a database session of its own."""
        role = Role()
        answers.append(role.mine())
        role.give_up()
        connection.close()

    mine = Role()
    assert mine.mine() and mine.mine()
    for held in (True, False):
        if not held:
            mine.give_up()
        thread = threading.Thread(target=another)
        thread.start()
        thread.join()
    assert answers == [False, True]


def test_every_loop_and_chore_of_the_product_can_be_called() -> None:
    assert {loop.name for loop in loops.LOOPS} == {"ingest", "reconcile", "history", "media", "numbers"}
    for loop in loops.LOOPS:
        assert loop.step() is False
    for chore in loops.CHORES:
        chore.run()
