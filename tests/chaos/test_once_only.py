"""However often the worker is killed, and wherever: every text reaches the carrier once, and none stays unknown."""

import os
import time
from dataclasses import dataclass

import pytest
from django.db import connection

from tests.chaos.world import FAULTS, World, assert_each_once, calm_down, rampage

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Size:
    """How many texts, how many kills, and how many of them at least at each boundary."""

    texts: int
    kills: int
    least: int


SIZES = {"short": Size(300, 24, 4), "full": Size(2_000, 200, 20)}
SIZE = SIZES[os.environ.get("THREADLINE_CHAOS", "short")]


def test_every_text_leaves_once_however_often_the_worker_is_killed(
    world: World, pytestconfig: pytest.Config, capfd: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    world.carrier.faults(*FAULTS, seed=7)
    killed = rampage(world, SIZE.texts, SIZE.kills, SIZE.least, seed=2026)
    raged = time.monotonic() - started
    calm_down(world, seconds=60 + SIZE.texts / 20)
    assert_each_once(world)
    with capfd.disabled():
        _report(pytestconfig, world, killed, raged, time.monotonic() - started)


def _report(config: pytest.Config, world: World, killed: dict[str, int], raged: float, whole: float) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        places = ", ".join(f"{name} {times}" for name, times in sorted(killed.items()))
        reporter.write_line("")
        reporter.write_line(
            f"{connection.vendor}: {len(world.asked)} texts, {sum(killed.values())} kills ({places}), "
            f"{world.carrier.fault_hits()} faults, {raged:.0f} s of kills, {whole:.0f} s in all: each text once"
        )
