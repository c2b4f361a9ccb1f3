"""The worker process: loops go on whatever they raise, chores belong to one process, a stop is heard."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from threadline.ingest import heartbeat
from threadline.ingest.models import Heartbeat
from threadline.lib import doorbell
from threadline.worker import process
from threadline.worker.loops import CHORES, LOOPS, Chore, Loop, Own
from threadline.worker.process import Worker
from threadline.worker.role import Role

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def _running(worker: Worker) -> Iterator[Worker]:
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop.set()
        thread.join(10)
        assert not thread.is_alive()


def _until(true: threading.Event) -> None:
    assert true.wait(5)


def test_a_loop_is_woken_by_its_bell() -> None:
    calls: list[float] = []
    twice = threading.Event()

    def step() -> bool:
        calls.append(time.monotonic())
        if len(calls) > 3:
            twice.set()
        return False

    with _running(Worker("w", [Loop("test", ("ingest",), step, every=1.0)], [])):
        started = time.monotonic()
        while not twice.is_set() and time.monotonic() - started < 5:
            doorbell.ring("ingest")
            time.sleep(0.03)
    assert time.monotonic() - started < 3


def test_a_loop_that_raises_pauses_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "FIRST_PAUSE", 0.01)
    done, calls = threading.Event(), []

    def step() -> bool:
        calls.append(1)
        if len(calls) < 3:
            raise RuntimeError("a bad moment")
        done.set()
        return False

    def run(stop: threading.Event) -> None:
        raise RuntimeError("another one")

    with _running(Worker("w", [Loop("test", ("ingest",), step), Own("own", run)], [])):
        _until(done)


def test_a_loop_of_its_own_hears_the_stop_and_finishes_what_it_has() -> None:
    started, finished = threading.Event(), threading.Event()

    def run(stop: threading.Event) -> None:
        started.set()
        stop.wait(5)
        time.sleep(0.1)
        finished.set()

    with _running(Worker("w", [Own("own", run)], [])):
        _until(started)
    assert finished.is_set()


def test_chores_are_done_again_and_one_that_raises_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "TICK", 0.02)
    done, calls = threading.Event(), []

    def fine() -> None:
        calls.append(1)
        if len(calls) >= 3:
            done.set()

    def broken() -> None:
        raise RuntimeError("this one")

    with _running(Worker("w", [], [Chore("broken", 0.01, broken), Chore("fine", 0.01, fine)])):
        _until(done)


def test_chores_belong_to_one_process_until_it_ends() -> None:
    first, second = Role(), Role()
    answers: list[bool] = []

    def elsewhere() -> None:
        try:
            answers.append(second.held())
            second.drop()
        finally:
            connection.close()

    def ask() -> bool:
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        return answers[-1]

    assert first.held()
    assert first.held()
    assert ask() is False
    first.drop()
    assert ask() is True


def test_a_worker_says_that_it_lives_and_signs_off() -> None:
    seen = threading.Event()
    with _running(Worker("kitchen", [], [Chore("look", 0.01, seen.set)])):
        _until(seen)
        assert Heartbeat.objects.get().process == "kitchen"
        age = heartbeat.age()
        assert age is not None
        assert age < 5
    assert heartbeat.age() is None


def test_the_name_of_a_worker_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADLINE_WORKER_ID", "left-hand")
    assert process.default_name() == "left-hand"


def test_every_real_loop_and_chore_runs_once_with_nothing_to_do() -> None:
    for loop in LOOPS:
        if isinstance(loop, Loop):
            assert loop.step() is False
    for chore in CHORES:
        chore.act()
