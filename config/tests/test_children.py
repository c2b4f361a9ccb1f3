import signal
import sys
import time

from config.children import Child


def child(script, drain=5.0):
    return Child("worker", [sys.executable, "-c", script], {}, drain)


def wait_until_it_ends(one):
    one.process.wait(10)


def test_a_child_that_dies_is_started_again_after_a_pause():
    one = child("raise SystemExit(3)")
    one.start()
    wait_until_it_ends(one)
    assert one.look() == "worker ended (exit code 3); starting it again in 0.2 s"
    assert one.process is None and one.look() == ""
    time.sleep(0.25)
    one.look()
    assert one.process is not None
    one.stop()


def test_the_pause_grows_with_every_quick_death_and_the_sixth_is_hopeless():
    one = child("raise SystemExit(1)")
    pauses = []
    for _ in range(6):
        assert not one.hopeless
        one.start()
        wait_until_it_ends(one)
        pauses.append(one.look().split(" in ")[1])
    assert pauses == ["0.2 s", "0.4 s", "0.8 s", "1.6 s", "3.2 s", "6.4 s"]
    assert one.hopeless


def test_a_killed_child_is_named_with_its_signal():
    one = child("import time; time.sleep(60)")
    one.start()
    one.process.send_signal(signal.SIGKILL)
    wait_until_it_ends(one)
    assert "SIGKILL" in one.look()


def test_stopping_lets_it_finish_what_is_under_way(tmp_path):
    done = tmp_path / "done"
    started = tmp_path / "started"
    one = child(
        "import pathlib, signal, sys, time\n"
        f"def finish(*_): time.sleep(0.3); pathlib.Path({str(done)!r}).touch(); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, finish)\n"
        f"pathlib.Path({str(started)!r}).touch()\n"
        "while True: time.sleep(1)"
    )
    one.start()
    while not started.exists():
        time.sleep(0.01)
    one.stop()
    assert done.exists()


def test_one_that_does_not_finish_in_time_is_killed(tmp_path):
    started = tmp_path / "started"
    one = child(
        "import pathlib, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"pathlib.Path({str(started)!r}).touch()\n"
        "while True: time.sleep(1)",
        drain=0.2,
    )
    one.start()
    while not started.exists():
        time.sleep(0.01)
    one.stop()
    assert one.process.returncode == -signal.SIGKILL
