"""The engine looks at few leads, however many there are: each of its questions has an index that answers it."""

import pytest
from pytest_django import DjangoAssertNumQueries

from threadline.campaigns import engine
from threadline.campaigns.engine import picking, ready
from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence.steps import sequences
from threadline.campaigns.testing import PEOPLE, make_sending, run_engine
from threadline.lib import clock
from threadline.lib.testing import SORTED, WHOLE, plans
from threadline.numbers.models import Number
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db


def test_an_idle_turn_reads_neither_all_leads_nor_the_whole_queue(line: Number) -> None:
    make_sending(line, PEOPLE[:1], steps=["Hello", "Still there?"], wait_hours=24)
    run_engine()
    leads = plans(engine.step, "campaigns_recipient")
    queue = plans(engine.step, "messaging_outboxentry")
    assert leads and queue
    assert [plan for plan in [*leads, *queue] if WHOLE.search(plan)] == []


@pytest.mark.parametrize("priority", Campaign.Priority.values)
def test_the_next_new_leads_are_found_in_their_order(line: Number, priority: str) -> None:
    campaign = make_sending(line, PEOPLE[:2], priority=priority)
    sequence = sequences([campaign.pk])[campaign.pk]
    (plan,) = plans(lambda: picking.pick(campaign, sequence, 10, clock.now()), "'pending'")
    assert not WHOLE.search(plan) and not SORTED.search(plan), plan


def test_a_look_asks_the_same_however_many_campaigns_there_are(
    line: Number, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for owner in (line, make_number()):
        make_sending(owner, PEOPLE[:1])
    with django_assert_num_queries(3):  # the campaigns, their steps, whether anybody may be due
        assert len(ready.campaigns(clock.now())) == 2
