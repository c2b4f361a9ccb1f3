import multiprocessing
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from threadline.lib.sqlite import raw
from threadline.lib.sqlite.lock import LockTimeoutError, lock_for

spawn = multiprocessing.get_context("spawn")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "t.sqlite3"
    connection = raw.connect(path)
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, who TEXT, n INTEGER)")
    connection.execute("INSERT INTO t VALUES (1, 'counter', 0)")
    connection.close()
    return path


def add(path: Path, times: int) -> None:
    connection = raw.connect(path)
    for _ in range(times):
        with raw.transaction(connection, path):
            (n,) = connection.execute("SELECT n FROM t WHERE id = 1").fetchone()
            connection.execute("UPDATE t SET n = ? WHERE id = 1", (n + 1,))


def hog(path: Path, until: Path) -> None:
    """Write without a pause until the file `until` exists."""
    connection = raw.connect(path)
    while not until.exists():
        with raw.transaction(connection, path):
            connection.execute("INSERT INTO t (who) VALUES ('hog')")


def hold_for_ever(path: Path, ready: Path) -> None:
    lock_for(path).acquire()
    ready.touch()
    time.sleep(600)


def wait_for(file: Path, process: Any) -> None:
    while not file.exists():
        assert process.is_alive()
        time.sleep(0.005)


def test_a_connection_is_in_wal_mode_durable_and_never_checkpoints_by_itself(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadline.lib.sqlite.SYNCHRONOUS", "FULL")
    connection = raw.connect(path)

    def ask(name: str) -> Any:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert ask("journal_mode") == "wal"
    assert ask("synchronous") == 2
    assert ask("wal_autocheckpoint") == 0
    assert ask("mmap_size") == 0
    assert ask("foreign_keys") == 1


def test_two_processes_that_read_then_write_lose_no_update(path: Path) -> None:
    processes = [spawn.Process(target=add, args=(path, 100)) for _ in range(2)]
    for process in processes:
        process.start()
    add(path, 100)
    for process in processes:
        process.join()
    assert raw.connect(path).execute("SELECT n FROM t").fetchone() == (300,)


def test_a_writer_that_never_pauses_cannot_starve_another_process(path: Path, tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    process = spawn.Process(target=hog, args=(path, stop))
    process.start()
    connection = raw.connect(path)
    count = "SELECT count(*) FROM t WHERE who = 'hog'"
    while not connection.execute(count).fetchone()[0]:
        time.sleep(0.005)
    overtaken: list[int] = []
    for _ in range(50):
        with raw.transaction(connection, path):
            before = connection.execute(count).fetchone()[0]
            connection.execute("INSERT INTO t (who) VALUES ('web')")
        with raw.transaction(connection, path):
            overtaken.append(connection.execute(count).fetchone()[0] - before)
    stop.touch()
    process.join()
    # The hog gets its own turns between ours, no more than the turnstile lets through (half of them: a machine naps).
    assert sorted(overtaken)[25] <= 2, overtaken


def test_threads_of_one_process_get_the_lock_in_the_order_they_asked(path: Path) -> None:
    lock = lock_for(path)
    order: list[int] = []
    hold = lock.acquire()

    def work(number: int) -> None:
        mine = lock.acquire()
        order.append(number)
        mine.release()

    threads: list[threading.Thread] = []
    for number in range(8):
        thread = threading.Thread(target=work, args=(number,))
        thread.start()
        while len(lock._waiting) <= number:
            time.sleep(0.001)
        threads.append(thread)
    hold.release()
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_a_killed_writer_leaves_no_lock_behind(path: Path, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    process = spawn.Process(target=hold_for_ever, args=(path, ready))
    process.start()
    wait_for(ready, process)
    process.kill()
    process.join()
    lock_for(path).acquire().release()


def test_a_second_connection_of_the_same_thread_is_refused_instead_of_hanging(path: Path) -> None:
    connection = raw.connect(path)
    with raw.transaction(connection, path), pytest.raises(LockTimeoutError), raw.transaction(raw.connect(path), path):
        pass
    lock_for(path).acquire().release()


def test_a_thread_gives_up_when_its_process_keeps_the_lock(path: Path) -> None:
    hold = lock_for(path).acquire()
    failures: list[Exception] = []

    def work() -> None:
        try:
            lock_for(path).acquire(timeout=0.01)
        except LockTimeoutError as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(failures) == 1
    hold.release()
    lock_for(path).acquire().release()


def test_an_error_rolls_back_and_gives_the_lock_back(path: Path) -> None:
    connection = raw.connect(path)
    with pytest.raises(ZeroDivisionError), raw.transaction(connection, path):
        connection.execute("UPDATE t SET n = 9")
        _ = 1 / 0
    assert connection.execute("SELECT n FROM t").fetchone() == (0,)
    lock_for(path).acquire().release()


def test_a_forked_child_neither_holds_nor_drops_its_parents_lock(path: Path, tmp_path: Path) -> None:
    """The child closes what it inherited while the parent still writes; a third process must still wait."""
    program = """
import os, subprocess, sys
from threadline.lib.sqlite.lock import lock_for
path = sys.argv[1]
hold = lock_for(path).acquire()
child = os.fork()
if child == 0:
    hold.release()
    os._exit(0)
os.waitpid(child, 0)
probe = "import fcntl,sys; fcntl.flock(open(sys.argv[1] + '.lock'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
assert subprocess.run([sys.executable, "-c", probe, path], stderr=subprocess.DEVNULL).returncode != 0
hold.release()
assert subprocess.run([sys.executable, "-c", probe, path]).returncode == 0
"""
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode == 0


def test_a_checkpoint_moves_the_log_and_can_empty_it(path: Path) -> None:
    connection = raw.connect(path)
    with raw.transaction(connection, path):
        connection.execute("UPDATE t SET n = 5")
    done = raw.checkpoint(path)
    assert done.complete
    assert done.frames == done.moved > 0
    with raw.transaction(connection, path):
        connection.execute("UPDATE t SET n = 6")
    assert raw.checkpoint(path, truncate=True).complete
    assert path.with_name("t.sqlite3-wal").stat().st_size == 0


def test_a_reader_in_the_log_makes_a_checkpoint_incomplete_not_an_error(path: Path) -> None:
    reader, writer = raw.connect(path), raw.connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM t").fetchall()
    with raw.transaction(writer, path):
        writer.execute("UPDATE t SET n = 7")
    assert not raw.checkpoint(path, truncate=True, patience=0.01).complete
    reader.execute("COMMIT")
    assert raw.checkpoint(path, truncate=True).complete


def test_readers_take_no_lock(path: Path) -> None:
    hold = lock_for(path).acquire()
    assert sqlite3.connect(path).execute("SELECT n FROM t").fetchone() == (0,)
    hold.release()


def test_a_replaced_database_gets_a_lock_of_its_own(path: Path) -> None:
    """A restored backup, or a test database made anew: the old lock file is no use any more."""
    before = lock_for(path)
    assert lock_for(path) is before
    path.with_name("t.sqlite3.lock").unlink()
    before._looked -= 60
    assert lock_for(path) is not before
    lock_for(path).acquire().release()
