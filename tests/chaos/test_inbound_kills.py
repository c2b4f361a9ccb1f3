"""Killing those who take texts in: nothing that the carrier was told is stored gets lost, and nothing is doubled."""

import random

import pytest
from django.db.models import Sum

from sandbox.testing import eventually
from tests.chaos.conftest import Web
from tests.chaos.world import World
from threadline.ingest.models import RawRequest
from threadline.messaging import history
from threadline.messaging.models import Conversation, Message
from threadline.numbers import webhooks

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

PEOPLE = [f"+1813555{n:04d}" for n in range(5)]


def arrive(world: World, count: int) -> set[str]:
    """People text; returns the sids."""
    line = world.number.phone
    return {world.carrier.text(PEOPLE[n % 5], line, f"Question {n}")["sid"] for n in range(count)}


def assert_each_is_one_message(sids: set[str]) -> None:
    inbound = Message.objects.filter(direction="inbound")
    assert (inbound.count(), set(inbound.values_list("sid", flat=True))) == (len(sids), sids)
    assert Conversation.objects.aggregate(unread=Sum("unread"))["unread"] == len(sids)
    assert not RawRequest.objects.exclude(problem="").exists()


def test_a_worker_killed_between_claim_and_commit_loses_and_doubles_nothing(world: World) -> None:
    dice, kills = random.Random(7), 0
    sids: set[str] = set()
    for _ in range(6):
        sids |= arrive(world, 10)
        world.carrier.settled()
        place = dice.choice(("ingest.after_claim", "ingest.before_commit", "ingest.after_commit"))
        worker = world.start(f"{place}:1")
        assert worker.wait(20) == -9, world.log.read_text()
        kills += 1
    worker = world.start()
    eventually(lambda: not RawRequest.objects.filter(processed_at=None).exists(), 20)
    assert worker.stop() == 0, world.log.read_text()
    assert_each_is_one_message(sids)
    assert kills == 6


def test_a_web_process_killed_after_its_commit_before_the_answer_doubles_nothing(world: World, web: Web) -> None:
    own = webhooks.urls_for(world.number.connection)
    assert own is not None
    world.carrier.set_webhook(world.number.phone, f"{own.incoming_own}#rc=5&rp=all")  # called again when nobody answers
    web.kill()
    web.start(THREADLINE_FAILPOINTS="ingest.after_store:1")
    sids = arrive(world, 1)
    assert web.wait() == -9
    assert RawRequest.objects.filter(kind="inbound").count() == 1
    sids |= arrive(world, 2)  # nobody is there
    web.start()
    sids |= arrive(world, 3)
    world.carrier.settled(30)
    history.want(world.number.workspace_id)
    worker = world.start()
    eventually(lambda: Message.objects.filter(direction="inbound").count() == len(sids), 30)
    eventually(lambda: not RawRequest.objects.filter(processed_at=None).exists(), 20)
    assert worker.stop() == 0, world.log.read_text()
    assert_each_is_one_message(sids)
