"""Nothing was running here for a while: what would go out late waits for a person."""

from datetime import timedelta

import pytest
import time_machine

from sandbox.testing import RunningSandbox
from threadline.campaigns import engine
from threadline.campaigns.models import Pulse
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import PEOPLE, make_campaign, make_sending, owner_of, run_engine, start_and_arm
from threadline.campaigns.tests.test_engine import NOON, run_and_send, texts
from threadline.lib import clock
from threadline.messaging.models import OutboxEntry
from threadline.numbers.models import Number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_above")]


def test_after_more_than_a_day_of_nothing_what_is_due_waits_for_a_person(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, steps=["One", "Two"], wait_hours=2)
        engine.step()
        run_and_send()
        clocks.shift(timedelta(hours=25))
        while engine.step():
            pass
        campaign.refresh_from_db()
        assert (campaign.state, OutboxEntry.objects.count()) == ("paused", 0)
        assert campaign.paused_because.startswith(
            "Nothing was running here from 23 November 17:00 to 24 November 18:00 UTC"
        )
        lifecycle.resume(campaign, owner_of(campaign), clock.now())
        while engine.step():
            pass
        run_and_send()
        assert sorted(body for _to, body in texts(carrier)) == ["One"] * 3 + ["Two"] * 3


def test_whoever_slept_over_it_waits_too(line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line)
        campaign.recipients.update(deferred_until=NOON + timedelta(hours=8), deferred_code="quiet_hours")
        engine.step()
        clocks.shift(timedelta(hours=30))
        engine.step()
        campaign.refresh_from_db()
        assert (campaign.state, OutboxEntry.objects.count()) == ("paused", 0)


@pytest.mark.parametrize("hours", [1, 23])
def test_after_a_short_while_it_goes_on_by_itself(line: Number, hours: int) -> None:
    with time_machine.travel(NOON) as clocks:
        engine.step()
        make_sending(line)
        clocks.shift(timedelta(hours=hours))
        engine.step()
        assert OutboxEntry.objects.count() == len(PEOPLE)


def test_a_campaign_in_which_nobody_is_due_is_left_alone(line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = start_and_arm(make_campaign(line))
        engine.step()
        clocks.shift(timedelta(days=3))
        engine.step()
        campaign.refresh_from_db()
        assert campaign.state == "active"


def test_another_process_that_finds_the_gap_meanwhile_holds_as_well(
    carrier: RunningSandbox, line: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gap stays known until every campaign is paused, also when the first process dies over it."""
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, steps=["One", "Two"], wait_hours=2)
        engine.step()
        run_and_send()
        before = Pulse.objects.get().at
        clocks.shift(timedelta(days=2))

        def killed(*_: object) -> None:
            raise InterruptedError

        with monkeypatch.context() as patched, pytest.raises(InterruptedError):
            patched.setattr(lifecycle, "pause", killed)
            engine.step()
        assert Pulse.objects.get().at == before
        engine.step()
        campaign.refresh_from_db()
        assert (campaign.state, Pulse.objects.get().at > before) == ("paused", True)


def test_a_moment_from_a_wrong_clock_does_not_stay(line: Number) -> None:
    with time_machine.travel(NOON + timedelta(days=30)):
        engine.step()
    with time_machine.travel(NOON, tick=False):
        engine.step()
        assert Pulse.objects.get().at == NOON


def test_it_notes_once_a_minute_that_it_turns(line: Number) -> None:
    with time_machine.travel(NOON, tick=False) as clocks:
        engine.step()
        clocks.shift(timedelta(seconds=30))
        engine.step()
        assert Pulse.objects.get().at == NOON
        clocks.shift(timedelta(seconds=31))
        run_engine()
        engine.step()
        assert Pulse.objects.get().at == clock.now()
