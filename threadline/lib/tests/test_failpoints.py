import signal
import subprocess
import sys

import pytest

from threadline.lib import failpoints


def run(value: str, name: str, times: int) -> int:
    program = f"from threadline.lib.failpoints import hit\nfor _ in range({times}): hit({name!r})"
    return subprocess.run([sys.executable, "-c", program], env={"THREADLINE_FAILPOINTS": value}, check=False).returncode


def test_a_named_place_kills_the_process_as_a_power_cut_would() -> None:
    assert run("dispatch.before_wire:1", "dispatch.before_wire", 1) == -signal.SIGKILL


def test_other_places_are_passed() -> None:
    assert run("dispatch.before_wire:1", "ingest.after_commit", 1000) == 0


def test_a_small_chance_strikes_in_the_end() -> None:
    assert run("a:1.0:7,b:0.05:7", "b", 5000) == -signal.SIGKILL


def test_without_the_variable_nothing_happens() -> None:
    failpoints.hit("dispatch.before_wire")


def test_a_misspelt_variable_is_an_error_at_the_start() -> None:
    try:
        with pytest.raises(ValueError, match="convert"):
            failpoints.arm("dispatch.before_wire:often")
    finally:
        failpoints.arm("")
