"""A campaign to a thousand people whose worker is killed again and again, while they answer and say STOP."""

import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.db import connection

from sandbox.testing import eventually
from tests.chaos import outcome
from tests.chaos.crowd import LEADS, Crowd, campaign_of, imported, phone
from tests.chaos.world import BOUNDARIES, FAULTS, World, calm_down
from threadline.campaigns.models import Campaign
from threadline.campaigns.running import arming, lifecycle
from threadline.campaigns.testing import owner_of
from threadline.lib import clock

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

PLACES = (*BOUNDARIES, "campaigns.before_commit", "campaigns.after_commit", "campaigns.follow_before_commit")


@dataclass(frozen=True)
class Size:
    """How many steps, texts of a batch, and kills, of them at least so many at each place."""

    steps: int
    batch: int
    kills: int
    least: int


SIZES = {"short": Size(2, 100, 15, 2), "full": Size(3, 10, 100, 12)}
SIZE = SIZES[os.environ.get("THREADLINE_CHAOS", "short")]


@dataclass
class Run:
    """A campaign under way, and who will answer or say STOP: by themselves to a text, or whenever they like."""

    world: World
    crowd: Crowd
    dice: random.Random
    repliers: set[str] = field(default_factory=set)
    stoppers: set[str] = field(default_factory=set)
    suddenly: list[str] = field(default_factory=list)  # of the stoppers, who do not wait for a text
    verbs: Counter[str] = field(default_factory=Counter)

    def give_habits(self) -> None:
        people = self.dice.sample([phone(n) for n in range(LEADS)], LEADS // 4)
        self.repliers, self.stoppers = set(people[:150]), set(people[150:])
        self.suddenly = people[230:]
        spoken = [(person, "Yes please") for person in people[:150]] + [(person, "STOP") for person in people[150:230]]
        self.world.carrier.replies(
            *({"phone": person, "body": body, "after_ms": self.dice.choice((0, 100, 1500))} for person, body in spoken)
        )

    def meddle(self) -> None:
        """What people do while it runs: switch it off and on again, one way or the other, and say STOP."""
        if self.suddenly and self.dice.random() < 0.7:
            self.world.carrier.text(self.suddenly.pop(), self.world.number.phone, "STOP")
        verb = self.dice.choice(("pause", "disarm", ""))
        campaign, member = self.crowd.campaign, owner_of(self.crowd.campaign)
        if verb:
            time.sleep(self.dice.random() * 0.4)
            off, on = (lifecycle.pause, lifecycle.resume) if verb == "pause" else (arming.disarm, arming.arm)
            off(campaign, member, clock.now())
            self.crowd.look()
            time.sleep(self.dice.random() * 0.3)
            on(campaign, member, clock.now())
            self.verbs[verb] += 1
        self.crowd.look()


def rampage(run: Run, kills: int, least: int) -> Counter[str]:
    """Kill the worker so often, at least so many times at each place."""
    killed: Counter[str] = Counter()
    survived = 0
    while sum(killed.values()) < kills or min(killed[place] for place in PLACES) < least:
        place = min(run.dice.sample(PLACES, len(PLACES)), key=lambda name: killed[name])
        worker = run.world.start(f"{place}:{run.dice.choice((1, 0.5))}:{run.dice.random()}", flight=20)
        run.meddle()
        if worker.wait(2) is None:
            worker.kill()
            survived += 1
            assert survived < kills, f"the worker no longer comes to where it should die: {killed}, {run.crowd.look()}"
        else:
            assert worker.ended == -9, run.world.log.read_text()
            killed[place] += 1
    return killed


def test_a_thousand_leads_get_each_step_once_however_often_the_worker_is_killed(
    world: World, pytestconfig: pytest.Config, capfd: pytest.CaptureFixture[str]
) -> None:
    started, dice = time.monotonic(), random.Random(2027)
    crowd = campaign_of(world, imported(world, dice), SIZE.steps, SIZE.batch)
    run = Run(world, crowd, dice)
    run.give_habits()
    world.carrier.faults(*FAULTS, seed=7)
    killed = rampage(run, SIZE.kills, SIZE.least)
    raged = time.monotonic() - started
    for person in run.suddenly:
        world.carrier.text(person, world.number.phone, "STOP")
    Campaign.objects.update(batch_size=SIZES["short"].batch)
    worker = world.start()
    eventually(crowd.ended, 60 + SIZE.kills)
    assert worker.stop() == 0, world.log.read_text()
    calm_down(world, seconds=60)
    ways = outcome.check(world, crowd, run.repliers, run.stoppers)
    with capfd.disabled():
        _report(pytestconfig, run, killed, ways, raged, time.monotonic() - started)


def _report(
    config: pytest.Config, run: Run, killed: Counter[str], ways: Counter[str], raged: float, whole: float
) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line("")
        reporter.write_line(
            f"{connection.vendor}: {LEADS} leads, {SIZE.steps} steps, {_listed(ways)}; {sum(killed.values())} kills "
            f"({_listed(killed)}), {run.world.carrier.fault_hits()} faults, {_listed(run.verbs)}, {raged:.0f} s of "
            f"kills, {whole:.0f} s in all: each step once"
        )


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {times}" for name, times in sorted(counts.items()))
