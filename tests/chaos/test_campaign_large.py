"""A campaign of very many leads at full speed: everybody once, a pause within a second, little memory, quick pages."""

import http.client
import itertools
import os
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from sandbox.testing import eventually
from tests import tools
from tests.chaos.conftest import Web
from tests.chaos.world import World
from threadline.campaigns import audience
from threadline.campaigns.models import Campaign
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import make_campaign, owner_of, start_and_arm
from threadline.contacts.people import Person
from threadline.lib import clock
from threadline.messaging.models import OutboxEntry

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

FULL = os.environ.get("THREADLINE_CHAOS") == "full"
LEADS = 100_000 if FULL else 1_000
WARM = 1_000 if FULL else 100  # leads of a campaign before it
PORTION = 5_000
PAGES = ("", "leads/", "leads/?status=pending", "messages/", "details/", "settings/")
MOST_GROWTH = 20.0  # MB
SLOWEST = 300.0  # ms, for 95 of 100 pages


def phone(n: int) -> str:
    return f"+1813{200 + n // 10_000}{n % 10_000:04d}"


def fill(world: World, name: str, leads: range) -> Campaign:
    campaign = make_campaign(world.number, steps=("One for {{ first_name }}",), batch_size=10_000, name=name)
    for start in range(leads.start, leads.stop, PORTION):
        part = range(start, min(start + PORTION, leads.stop))
        audience.add(campaign, [Person(phone(n), first_name=f"Lead{n}") for n in part], clock.now())
    return campaign


def resident(pid: int) -> float:
    """MB that a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


class Taken:
    """What the carrier has taken, asked for bit by bit."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rows: list[dict[str, Any]] = []
        self.after = 0

    def look(self) -> int:
        """How many by now."""
        self.rows += self.world.carrier.control("GET", f"accepted?after={self._last()}")["accepted"]
        return len(self.rows)

    def forget(self) -> None:
        """Count from now on."""
        self.look()
        self.after, self.rows = self._last(), []

    def _last(self) -> int:
        return int(self.rows[-1]["id"]) if self.rows else self.after


def warm_up(world: World) -> None:
    """What a worker loads at its first texts does not belong to the campaign that is measured."""
    first = fill(world, "The first ones", range(LEADS, LEADS + WARM))
    start_and_arm(first)
    eventually(lambda: audience.counts(first)["completed"] == WARM and not OutboxEntry.objects.exists(), 60)
    lifecycle.stop(first, owner_of(first), clock.now())
    world.carrier.settled(60)


class Visitor(threading.Thread):
    """Somebody who keeps opening the campaign's pages, one after the other, and notes how long each took."""

    def __init__(self, web: Web, campaign: Campaign) -> None:
        super().__init__(daemon=True)
        self.web, self.campaign = web, campaign
        client = Client()
        client.force_login(owner_of(campaign).user)
        self.cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        self.took: dict[str, list[float]] = {page: [] for page in PAGES}
        self.over = threading.Event()

    def run(self) -> None:
        for page in itertools.cycle(PAGES):
            if self.over.wait(0.2):
                return
            self.took[page].append(self._open(f"/campaigns/{self.campaign.public_id}/{page}"))

    def _open(self, path: str) -> float:
        connection = http.client.HTTPConnection("127.0.0.1", self.web.port, timeout=30)
        started = time.monotonic()
        connection.request("GET", path, headers={"Cookie": self.cookies})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
        return (time.monotonic() - started) * 1000

    def summary(self) -> tuple[float, str]:
        """The 95th percentile over all pages, and a line for each."""
        lines = [
            f"{page or 'results':24} {statistics.median(took):6.0f} ms, at most {max(took):6.0f}"
            for page, took in self.took.items()
            if took
        ]
        everything = sorted(one for took in self.took.values() for one in took)
        return everything[int(len(everything) * 0.95)], "\n".join(lines)


@pytest.mark.requirement("000-40", "000-44")
def test_everybody_gets_it_once_and_nothing_else_suffers(world: World, web: Web) -> None:
    campaign, taken = fill(world, "Everybody", range(LEADS)), Taken(world)
    visitor = Visitor(web, campaign)
    worker = world.start()
    warm_up(world)
    taken.forget()
    before = most = resident(worker.pid)
    started = time.monotonic()
    start_and_arm(campaign)
    visitor.start()
    eventually(lambda: taken.look() > LEADS * 0.3, 600)
    lifecycle.pause(campaign, owner_of(campaign), clock.now())
    committed = time.time()
    time.sleep(1.5)
    taken.look()
    assert [row for row in taken.rows if row["created"] > committed + 1] == []
    lifecycle.resume(campaign, owner_of(campaign), clock.now())
    while taken.look() < LEADS and time.monotonic() - started < 1200:
        most = max(most, resident(worker.pid))
        time.sleep(1)
    eventually(lambda: audience.counts(campaign)["completed"] == LEADS and not OutboxEntry.objects.exists(), 600)
    seconds = time.monotonic() - started
    visitor.over.set()
    visitor.join()
    assert worker.stop() == 0, world.log.read_text()
    assert taken.look() == len({row["to"] for row in taken.rows}) == LEADS
    p95, pages = visitor.summary()
    found = f"{LEADS} leads in {seconds:.0f} s, memory {before:.0f} + {most - before:.1f} MB, pages p95 {p95:.0f} ms"
    tools.say(f"\n{found}\n{pages}")
    if FULL:
        assert most - before <= MOST_GROWTH
        assert p95 <= SLOWEST
