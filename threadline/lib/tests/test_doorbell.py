import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from threadline.lib import doorbell
from threadline.lib.doorbell import Doorbell, ring, ring_on_commit
from threadline.lib.doorbells import sockets

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="sockets belong to SQLite")


@pytest.fixture(autouse=True)
def _allow(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def settle(bell: Doorbell) -> None:
    """Drain what rang before, as a worker's first round does."""
    while bell.wait(0.05):
        pass


def until(bell: Doorbell, topic: str) -> set[str]:
    """What the first ring that includes `topic` brought; the whole set, within ten seconds."""
    rang: set[str] = set()
    for _ in range(40):
        rang |= bell.wait(0.25)
        if topic in rang:
            return rang
    raise AssertionError(f"{topic} never rang")


def test_a_ring_wakes_who_waits_for_its_topic_and_nobody_else() -> None:
    with Doorbell({"outbox"}) as outbox, Doorbell({"ingest", "history"}) as ingest:
        settle(outbox)
        settle(ingest)
        ring("ingest")
        assert until(ingest, "ingest") == {"ingest"}
        assert outbox.wait(0.05) == set()


def test_many_rings_are_one_awakening() -> None:
    with Doorbell({"outbox", "events"}) as bell:
        settle(bell)
        for _ in range(500):
            ring("outbox", "events")
        assert until(bell, "events") <= {"outbox", "events"}
        settle(bell)
        assert bell.wait(0) == set()


def test_a_thread_that_sleeps_is_woken_by_another() -> None:
    heard: list[set[str]] = []

    def sleep() -> None:
        with Doorbell({"outbox"}) as bell:
            settle(bell)
            ready.set()
            heard.append(until(bell, "outbox"))

    ready = threading.Event()
    thread = threading.Thread(target=sleep)
    thread.start()
    ready.wait()
    ring("outbox")
    thread.join()
    assert heard == [{"outbox"}]


def test_nobody_sleeps_longer_than_a_second_however_long_he_asked() -> None:
    with Doorbell({"outbox"}) as bell:
        settle(bell)
        started = time.monotonic()
        assert bell.wait(3600) == set()
        assert time.monotonic() - started < 60


def test_a_ring_on_commit_outside_a_transaction_rings_at_once() -> None:
    with Doorbell({"outbox"}) as bell:
        settle(bell)
        ring_on_commit("outbox")
        assert until(bell, "outbox") == {"outbox"}


def test_a_bell_that_breaks_is_made_anew_and_reports_everything() -> None:
    class Broken:
        def wait(self, timeout: float) -> set[str]:
            raise OSError("gone")

        def close(self) -> None:
            raise OSError("gone")

    with Doorbell({"outbox"}) as bell:
        settle(bell)
        bell.close()
        bell._bell = Broken()
        assert bell.wait(0.01) == {"outbox"}
        ring("outbox")
        assert until(bell, "outbox") == {"outbox"}


def test_a_ring_that_fails_never_reaches_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("threadline.lib.doorbells.sockets.ring", refuse)
    monkeypatch.setattr("threadline.lib.doorbells.postgres.ring", refuse)
    ring("outbox")


def test_without_a_bell_one_looks_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no sockets here")

    monkeypatch.setattr("threadline.lib.doorbells.sockets.Socket", refuse)
    monkeypatch.setattr("threadline.lib.doorbells.postgres.Listener", refuse)
    with Doorbell({"outbox"}) as bell:
        assert bell.wait(0.01) == {"outbox"}


@on_sqlite
def test_the_first_ring_clears_away_the_socket_of_a_dead_process(tmp_path: Path) -> None:
    database = tmp_path / "t.sqlite3"
    program = (
        "import sys, os; from threadline.lib.doorbells import sockets;"
        "bell = sockets.Socket(sys.argv[1], {'outbox'}); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", program, str(database)], check=True)
    assert len(list(sockets.folder(database).iterdir())) == 1
    sockets.ring(database, ["outbox"])
    assert list(sockets.folder(database).iterdir()) == []


@on_sqlite
def test_two_databases_in_one_folder_do_not_hear_each_other(tmp_path: Path) -> None:
    one = sockets.Socket(tmp_path / "one.sqlite3", {"outbox"})
    sockets.ring(tmp_path / "two.sqlite3", ["outbox"])
    assert one.wait(0.02) == set()
    sockets.ring(tmp_path / "one.sqlite3", ["outbox"])
    assert one.wait(1) == {"outbox"}
    one.close()


@on_sqlite
def test_a_data_folder_with_a_long_path_still_has_doorbells(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    deep.mkdir()
    bell = sockets.Socket(deep / "t.sqlite3", {"ingest", "outbox", "events", "history", "reconcile"})
    sockets.ring(deep / "t.sqlite3", ["history"])
    assert bell.wait(1) == {"history"}
    bell.close()
    os.rmdir(sockets.folder(deep / "t.sqlite3"))  # noqa: PTH106


@pytest.mark.skipif(connection.vendor != "postgresql", reason="LISTEN belongs to PostgreSQL")
def test_a_lost_listener_connects_again() -> None:
    with Doorbell({"outbox"}) as bell:
        settle(bell)
        listener: Any = bell._bell
        pid = listener._connection.info.backend_pid
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        assert until(bell, "outbox") == {"outbox"}  # it broke, and says: look at everything
        settle(bell)
        ring("outbox")
        assert until(bell, "outbox") == {"outbox"}
    assert doorbell.LONGEST_WAIT <= 1
