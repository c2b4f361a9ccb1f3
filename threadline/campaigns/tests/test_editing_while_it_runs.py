from datetime import timedelta

import pytest
import time_machine

from sandbox.testing import RunningSandbox
from threadline.campaigns.editing import saving
from threadline.campaigns.models import Campaign
from threadline.campaigns.testing import PEOPLE, make_leads, make_sending, owner_of, run_engine, statuses
from threadline.campaigns.tests.test_engine import NOON, run_and_send, texts
from threadline.lib import clock
from threadline.messaging.models import Message
from threadline.messaging.testing import arrive
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db


def save(campaign: Campaign, *steps: tuple[int | None, str, float]) -> None:
    given = [saving.StepText(pk, body, wait) for pk, body, wait in steps]
    number = campaign.number.public_id if campaign.number else ""
    settings = saving.Settings(given, number, True, "America/New_York", batch_size=1000, batch_minutes=0)
    saving.save(campaign, owner_of(campaign), settings, clock.now())


@pytest.mark.requirement("000-46")
def test_a_changed_text_counts_for_whoever_has_not_got_it(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=24)
    run_and_send()
    one, two = campaign.steps.all()
    save(campaign, (one.pk, "Changed too late", 0), (two.pk, "Two, better", 0))
    run_and_send()
    assert [body for _to, body in texts(carrier)] == ["One", "Two, better"]


@pytest.mark.requirement("000-46")
def test_a_changed_wait_counts_at_once_for_everybody_who_waits(line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, steps=["One", "Two"], wait_hours=24)
        run_and_send()
        clocks.shift(timedelta(hours=3))
        run_engine()
        one, two = campaign.steps.all()
        save(campaign, (one.pk, "One", 2), (two.pk, "Two", 0))
        run_engine()
        assert Message.objects.filter(body="Two").count() == 3


def test_whoever_waits_for_a_step_that_is_removed_has_finished(line: Number) -> None:
    campaign = make_sending(line, steps=["One", "Two"])
    run_and_send()
    save(campaign, (campaign.steps.earliest("position").pk, "One", 24))
    assert statuses(campaign) == ["completed finished"] * 3


def test_an_added_step_goes_to_those_who_have_not_finished(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=24)
    run_and_send()
    one, two = campaign.steps.all()
    save(campaign, (one.pk, "One", 0), (two.pk, "Two", 0), (None, "Three", 0))
    run_and_send()
    run_and_send()
    assert [body for _to, body in texts(carrier)] == ["One", "Two", "Three"]


@pytest.mark.requirement("000-31")
@pytest.mark.parametrize("queued", [False, True])
def test_completing_on_a_reply_counts_for_those_who_replied_before(
    carrier: RunningSandbox, line: Number, queued: bool
) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, PEOPLE[:2], steps=["One", "Two"], wait_hours=1, complete_on_reply=False)
        run_and_send()
        clocks.shift(timedelta(minutes=1))
        arrive(line, "Yes please", from_=PEOPLE[0])
        clocks.shift(timedelta(hours=2 if queued else 0))
        run_engine()
        saving.save_part(campaign, owner_of(campaign), clock.now(), complete_on_reply=True)
        assert statuses(campaign) == ["completed replied", "in_progress"]
        clocks.shift(timedelta(hours=2))
        run_and_send()
        assert [to for to, body in texts(carrier) if body == "Two"] == [PEOPLE[1]]


@pytest.mark.parametrize(("size", "texts_left"), [(5, 2), (3, 0), (2, 0)])
def test_a_smaller_batch_counts_for_the_one_that_is_under_way(line: Number, size: int, texts_left: int) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, PEOPLE, batch_size=100, batch_minutes=60)
        run_engine()
        saving.save_part(campaign, owner_of(campaign), clock.now(), batch_size=size)
        make_leads(campaign, [f"+1813555{n:04d}" for n in range(40)])
        run_engine()
        assert Message.objects.count() == 3 + texts_left
        clocks.shift(timedelta(minutes=60))
        run_engine()
        assert Message.objects.count() == 3 + texts_left + size
