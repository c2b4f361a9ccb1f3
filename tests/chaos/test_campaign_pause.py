"""Pause: within a second nothing more is accepted. Resume: exactly the rest. By the carrier's own list and clock."""

import time

import pytest

from sandbox.testing import eventually
from tests.chaos.crowd import LEADS, phone
from tests.chaos.world import World, accepted
from threadline.campaigns import audience
from threadline.campaigns.models import Campaign
from threadline.campaigns.running import arming, lifecycle
from threadline.campaigns.testing import make_sending, owner_of
from threadline.lib import clock
from threadline.messaging.models import Message, OutboxEntry

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

EVERYBODY = [phone(n) for n in range(LEADS)]


def pause(campaign: Campaign) -> None:
    lifecycle.pause(campaign, owner_of(campaign), clock.now())


def resume(campaign: Campaign) -> None:
    lifecycle.resume(campaign, owner_of(campaign), clock.now())


def turn_off(campaign: Campaign) -> None:
    arming.disarm(campaign, owner_of(campaign), clock.now())


def turn_on(campaign: Campaign) -> None:
    arming.arm(campaign, owner_of(campaign), clock.now())


def until_taken(world: World, count: int) -> None:
    eventually(lambda: len(accepted(world.carrier)) >= count, 60)


def assert_silent_soon(world: World, campaign: Campaign) -> int:
    """From the commit of the verb before, nothing is accepted later than a second; how many were by then."""
    committed = time.time()
    time.sleep(1.5)
    taken = world.carrier.accepted()
    assert [row for row in taken if row["created"] > committed + 1] == []
    eventually(lambda: not OutboxEntry.objects.exists(), 20)
    eventually(lambda: audience.counts(campaign)["completed"] == len(taken), 20)
    assert len(world.carrier.accepted()) == len(taken)
    return len(taken)


@pytest.mark.requirement("000-44", "000-45")
def test_nothing_more_is_accepted_a_second_after_and_then_goes_the_exact_rest(world: World) -> None:
    campaign = make_sending(world.number, EVERYBODY, steps=("One for {{ first_name }}",), batch_size=2 * LEADS)
    worker = world.start(flight=20)
    for share, off, on in ((0.1, pause, resume), (0.5, turn_off, turn_on)):
        until_taken(world, int(LEADS * share))
        off(campaign)
        assert assert_silent_soon(world, campaign) < LEADS
        counts = audience.counts(campaign)
        assert counts["pending"] == LEADS - counts["completed"]
        on(campaign)
    eventually(lambda: audience.counts(campaign)["completed"] == LEADS, 60)
    assert worker.stop() == 0, world.log.read_text()
    assert sorted(to for to, _body, _sid in accepted(world.carrier)) == EVERYBODY
    assert not Message.objects.exclude(status="canceled").filter(sid=None).exists()
