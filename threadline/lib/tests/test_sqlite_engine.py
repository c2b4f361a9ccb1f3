import threading
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from threadline.lib.sqlite import raw
from threadline.lib.sqlite.base import DatabaseWrapper
from threadline.lib.sqlite.lock import lock_for

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="this engine is SQLite's")


def is_free(path: Path) -> bool:
    """Whether another thread could write now."""
    got: list[bool] = []

    def work() -> None:
        try:
            lock_for(path).acquire(timeout=0.001).release()
            got.append(True)
        except Exception:
            got.append(False)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return got[0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "engine.sqlite3"


@pytest.fixture
def db(path: Path) -> Iterator[DatabaseWrapper]:
    """The engine on a database of its own, under an alias of its own."""
    settings = {**deepcopy(connections.settings["default"]), "ENGINE": "threadline.lib.sqlite", "NAME": path}
    connections.settings["engine"] = settings
    wrapper = connections["engine"]
    assert isinstance(wrapper, DatabaseWrapper)
    with wrapper.cursor() as cursor:
        cursor.execute("CREATE TABLE t (n INTEGER)")
    yield wrapper
    wrapper.close()
    del connections["engine"]
    del connections.settings["engine"]


@pytest.fixture(autouse=True)
def _allow(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def test_an_atomic_block_holds_the_lock_from_begin_to_commit(db: DatabaseWrapper, path: Path) -> None:
    with transaction.atomic(using="engine"):
        assert not is_free(path)
        with transaction.atomic(using="engine"), db.cursor() as cursor:
            cursor.execute("INSERT INTO t VALUES (%s)", [1])
        assert not is_free(path)
    assert is_free(path)


def test_a_rolled_back_block_gives_the_lock_back(db: DatabaseWrapper, path: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic(using="engine"):
        _ = 1 / 0
    assert is_free(path)


def test_closing_inside_a_block_gives_the_lock_back(db: DatabaseWrapper, path: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic(using="engine"):
        db.close()
        assert is_free(path)
        _ = 1 / 0


def test_a_failing_commit_gives_the_lock_back(db: DatabaseWrapper, path: Path) -> None:
    with db.cursor() as cursor:
        cursor.execute("CREATE TABLE p (id INTEGER PRIMARY KEY)")
        cursor.execute("CREATE TABLE c (p INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED)")
    with (
        pytest.raises(Exception, match="FOREIGN KEY"),
        transaction.atomic(using="engine"),
        db.cursor() as cursor,
    ):
        cursor.execute("INSERT INTO c VALUES (1)")
    assert is_free(path)


def test_a_single_write_waits_its_turn_and_a_read_does_not(db: DatabaseWrapper, path: Path) -> None:
    hold = lock_for(path).acquire()
    with db.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM t")
        assert cursor.fetchone() == (0,)
        with pytest.raises(OperationalError, match="locked"):  # its turn would never come in this thread
            cursor.execute("  insert into t values (1)")
        hold.release()
        cursor.execute("INSERT INTO t VALUES (1)")
        cursor.executemany("INSERT INTO t VALUES (%s)", [(2,), (3,)])
    assert is_free(path)


def test_a_raw_writer_in_the_same_thread_is_told_at_once(db: DatabaseWrapper, path: Path) -> None:
    other = raw.connect(path)
    with raw.transaction(other, path), pytest.raises(OperationalError, match="locked"), transaction.atomic("engine"):
        pass
    other.close()


def test_raw_writers_and_django_see_each_others_rows(db: DatabaseWrapper, path: Path) -> None:
    other = raw.connect(path)
    with raw.transaction(other, path):
        other.execute("INSERT INTO t VALUES (42)")
    with db.cursor() as cursor:
        cursor.execute("SELECT n FROM t")
        assert cursor.fetchone() == (42,)
    other.close()


def test_the_pragmas_are_set(db: DatabaseWrapper) -> None:
    with db.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint")
        assert cursor.fetchone() == (0,)
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
