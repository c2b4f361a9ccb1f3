"""One clock per person over all campaigns."""

from datetime import time, timedelta

import pytest
import time_machine

from sandbox.testing import RunningSandbox
from threadline.campaigns.models import Campaign, LaunchRules
from threadline.campaigns.running import arming, lifecycle
from threadline.campaigns.sequence.steps import keep_kind
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads, make_sending, owner_of, start_and_arm
from threadline.campaigns.tests.test_engine import NOON, run_and_send, texts
from threadline.campaigns.tests.test_guards import BY_SCHEDULE
from threadline.lib import clock
from threadline.numbers.models import Number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_above")]


@pytest.mark.requirement("U4")
def test_nobody_begins_a_drip_while_another_campaign_writes_to_them(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        first = make_sending(line, PEOPLE[:2], steps=["One", "Two"], wait_hours=2)
        run_and_send()
        Campaign.objects.filter(pk=first.pk).update(
            armed=False, kind="scheduled", begins_at=clock.now()
        )  # as if it sent by its schedule
        second = make_campaign(line, steps=["Also"])
        make_leads(second)
        start_and_arm(second)
        run_and_send()
        assert [to for to, body in texts(carrier) if body == "Also"] == [PEOPLE[2]]
        waiting = second.recipients.get(address=PEOPLE[0])
        assert waiting.deferred_code == "other_campaign"
        assert (
            waiting.reason
            == f"“{first.name}” is writing to them now. This campaign follows when that one is done with them."
        )
        clocks.shift(timedelta(hours=2, minutes=1))
        run_and_send()
        clocks.shift(timedelta(hours=1, minutes=1))
        run_and_send()
        assert sorted(to for to, body in texts(carrier) if body == "Also") == sorted(PEOPLE)


@pytest.mark.requirement("U4")
def test_of_two_sequences_the_one_that_began_first_goes_on_and_the_other_waits(
    carrier: RunningSandbox, line: Number
) -> None:
    with time_machine.travel(NOON) as clocks:
        first = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=3)
        run_and_send()
        lifecycle.pause(first, owner_of(first), clock.now())
        clocks.shift(timedelta(minutes=1))
        second = make_campaign(line, steps=["Also", "Also two"], wait_hours=1)
        make_leads(second, PEOPLE[:1])
        lifecycle.start(second, owner_of(second), clock.now())
        arming.arm(second, owner_of(second), clock.now(), switch=True)
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["One", "Also"]
        Campaign.objects.filter(pk=first.pk).update(**BY_SCHEDULE)  # only one of the two can be armed
        lifecycle.resume(first, owner_of(first), clock.now())
        clocks.shift(timedelta(hours=2))
        run_and_send()
        assert second.recipients.get().deferred_code == "other_campaign"
        clocks.shift(timedelta(hours=1))
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["One", "Also", "Two"]
        clocks.shift(timedelta(hours=1, minutes=1))
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["One", "Also", "Two", "Also two"]


@pytest.mark.requirement("U4")
def test_what_has_a_date_goes_on_its_date(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=48)
        run_and_send()
        dated = make_campaign(line, steps=["Tomorrow at noon"])
        day = (NOON + timedelta(days=1)).date()
        dated.steps.update(timing="at", at_date=day, at_time=time(12))
        keep_kind(dated)
        make_leads(dated, PEOPLE[:1])
        lifecycle.schedule(dated, owner_of(dated), clock.now())
        clocks.shift(timedelta(hours=24, minutes=1))
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["One", "Tomorrow at noon"]


def test_a_workspace_may_let_several_campaigns_write_at_once(carrier: RunningSandbox, line: Number) -> None:
    first = make_sending(line, PEOPLE[:1], steps=["One", "Two"])
    run_and_send()
    Campaign.objects.filter(pk=first.pk).update(armed=False, **BY_SCHEDULE)
    LaunchRules.objects.create(workspace=line.workspace, one_at_a_time=False)
    second = make_campaign(line, steps=["Also"])
    make_leads(second, PEOPLE[:1])
    start_and_arm(second)
    run_and_send()
    assert [body for _to, body in texts(carrier)] == ["One", "Also"]
