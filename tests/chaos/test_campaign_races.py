"""Many hands on the same campaigns at once: each lead is texted once, one campaign is armed, nobody sees a deadlock."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from sandbox.testing import eventually
from tests.chaos.crowd import LEADS, phone
from tests.chaos.world import World, accepted
from threadline.campaigns import audience, engine
from threadline.campaigns.leads import lead_verbs
from threadline.campaigns.models import Campaign, Touch
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import arming, follow, lifecycle
from threadline.campaigns.testing import make_campaign, make_leads, make_sending, owner_of
from threadline.lib import clock
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.send import send
from threadline.messaging.testing import arrive_together
from threadline.numbers.models import Number

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

EVERYBODY = [phone(n) for n in range(LEADS)]
ROUNDS = 10
HAMMERED = 4.0  # seconds


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do them at the same moment, each in a thread of its own; what each returned or raised."""
    barrier = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(10)
            results[place] = acts[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def press(verb: Callable[..., Campaign], campaign: Campaign, **options: bool) -> Callable[[], Campaign]:
    return lambda: verb(campaign, owner_of(campaign), clock.now(), **options)


def test_two_workers_on_one_campaign_text_nobody_twice(world: World) -> None:
    campaign = make_sending(world.number, EVERYBODY, steps=("One",), batch_size=250)
    workers = [world.start(flight=20), world.start(flight=20)]
    eventually(lambda: audience.counts(campaign)["completed"] == LEADS, 90)
    assert [worker.stop() for worker in workers] == [0, 0], world.log.read_text()
    taken = [(to, body) for to, body, _sid in accepted(world.carrier)]
    assert sorted(taken) == [(person, "One") for person in EVERYBODY]
    assert Touch.objects.count() == len(taken)


def test_two_people_press_start_and_auto_sms_at_once(number: Number) -> None:
    campaigns = [make_campaign(number, name=f"Sale {n}") for n in range(2)]
    started = at_once(*[press(lifecycle.start, one) for one in campaigns for _ in range(2)])
    assert [type(one) for one in started] == [Campaign] * 4
    for switch in [False] * ROUNDS + [True] * ROUNDS:
        for one in campaigns:
            arming.disarm(one, owner_of(one), clock.now())
        results = at_once(*[press(arming.arm, one, switch=switch) for one in campaigns])
        assert Campaign.objects.filter(armed=True).count() == 1
        kinds = Counter(type(result) for result in results)
        assert set(kinds) <= {Campaign, Refused} and kinds[Campaign] >= 1, results
        assert switch or kinds[Refused] == 1
        assert all(result.code == "another_armed" for result in results if isinstance(result, Refused)), results


def test_everything_at_once_for_some_seconds_and_nobody_meets_a_deadlock(world: World) -> None:
    campaigns = [
        make_campaign(world.number, name=f"Sale {n}", steps=("One {{ first_name }}", "Two", "Three"), wait_hours=0)
        for n in range(2)
    ]
    for one in campaigns:
        make_leads(one, EVERYBODY)
        lifecycle.start(one, owner_of(one), clock.now())
    arming.arm(campaigns[0], owner_of(campaigns[0]), clock.now())
    worker = world.start(flight=20)
    until = time.monotonic() + HAMMERED
    done: Counter[str] = Counter()
    failures: list[tuple[str, Exception]] = []
    at_once(*[hand(name, campaigns, world.number, until, done, failures) for name in HANDS])
    assert worker.stop() == 0, world.log.read_text()
    assert failures == []
    assert all(done[name] for name in HANDS), done
    assert world.log.read_text() == ""
    for one in campaigns:
        assert sum(audience.counts(one).values()) == LEADS


def hand(
    name: str,
    campaigns: list[Campaign],
    number: Number,
    until: float,
    done: Counter[str],
    failures: list[tuple[str, Exception]],
) -> Callable[[], None]:
    """Somebody who does one thing again and again; what they meet other than a refusal is a failure."""
    dice = random.Random(name)

    def act() -> None:
        while time.monotonic() < until:
            try:
                HANDS[name](campaigns, number, dice)
            except Refused:
                pass
            except Exception as error:
                failures.append((name, error))
            done[name] += 1
            time.sleep(0.002)

    return act


def _member(campaign: Campaign, verb: Callable[..., object], **options: bool) -> None:
    verb(campaign, owner_of(campaign), clock.now(), **options)


def _lead(campaigns: list[Campaign], dice: random.Random, verb: Callable[..., object]) -> None:
    campaign = dice.choice(campaigns)
    lead = dice.choice(list(campaign.recipients.values_list("contact_id", flat=True)))
    verb(campaign, lead, owner_of(campaign), clock.now())


def _answer(number: Number, dice: random.Random) -> None:
    """Ten people write at once, as one batch of webhooks; now and then one of them says STOP."""
    texts = [(person, dice.choice(("Yes", "Yes", "STOP"))) for person in dice.sample(EVERYBODY, 10)]
    arrive_together(number, texts)


def _program(number: Number, dice: random.Random) -> None:
    """A program asks for texts to ten people at once, in any order."""
    texts = [Outgoing(to=person, body="Your order is ready", source="api", automatic=True) for person in EVERYBODY]
    send(number.workspace, dice.sample(texts, 10))


HANDS: dict[str, Callable[[list[Campaign], Number, random.Random], object]] = {
    "pause": lambda campaigns, _number, dice: _member(dice.choice(campaigns), lifecycle.pause),
    "resume": lambda campaigns, _number, dice: _member(dice.choice(campaigns), lifecycle.resume),
    "arm": lambda campaigns, _number, dice: _member(dice.choice(campaigns), arming.arm, switch=True),
    "disarm": lambda campaigns, _number, dice: _member(dice.choice(campaigns), arming.disarm),
    "complete": lambda campaigns, _number, dice: _lead(campaigns, dice, lead_verbs.complete),
    "retry": lambda campaigns, _number, dice: _lead(campaigns, dice, lead_verbs.retry),
    "send next": lambda campaigns, _number, dice: _lead(campaigns, dice, engine.send_next),
    "engine": lambda *_: engine.step(),
    "follow": lambda *_: follow.step(),
    "program": lambda _campaigns, number, dice: _program(number, dice),
    "answers": lambda _campaigns, number, dice: _answer(number, dice),
}
