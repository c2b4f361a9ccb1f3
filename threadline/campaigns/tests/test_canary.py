"""The first few go alone, and what became of their texts decides."""

from datetime import timedelta

import pytest
import time_machine

from sandbox.testing import RunningSandbox
from threadline.campaigns.engine import breaker, canary
from threadline.campaigns.running import lifecycle, stalls
from threadline.campaigns.testing import come_to, make_sending, owner_of, run_engine
from threadline.campaigns.tests.test_engine import run_and_send, texts
from threadline.campaigns.tests.test_guards import MANY, NOON, fail
from threadline.lib import clock
from threadline.messaging.models import Message
from threadline.numbers.models import Number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_above")]


def test_the_first_few_go_alone_and_the_others_when_theirs_arrived(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, MANY, canary_size=10)
        run_and_send()
        assert len(texts(carrier)) == 10
        campaign.refresh_from_db()
        stall = stalls.why(campaign, clock.now())
        assert stall is not None and stall.code == "first_ones"
        assert stall.until is not None and stall.until - clock.now() <= canary.LONGEST
        fail(0)
        run_and_send()
        assert len(texts(carrier)) == 40
        clocks.shift(timedelta(hours=1))


def test_the_first_few_fail_and_the_campaign_holds(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line, MANY, canary_size=10, most_failed=0)
    run_and_send()
    fail(4)
    run_and_send()
    campaign.refresh_from_db()
    assert (campaign.state, len(texts(carrier))) == ("paused", 10)
    assert campaign.paused_because.startswith("4 of the first 10 texts failed; on this number about 3 % usually do.")
    lifecycle.resume(campaign, owner_of(campaign), clock.now())
    run_and_send()
    assert len(texts(carrier)) == 40


def test_a_trial_waits_for_its_texts_to_leave(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, MANY, canary_size=10)
        run_engine()  # and nobody sends
        clocks.shift(timedelta(hours=1))
        run_engine()
        campaign.refresh_from_db()
        assert (campaign.state, texts(carrier)) == ("active", [])
        stall = stalls.why(campaign, clock.now())
        assert stall is not None and (stall.code, stall.until) == ("first_ones", None)
        run_and_send()
        assert len(texts(carrier)) == 10


@pytest.mark.parametrize(("receipts", "went"), [(0, 10), (3, 40)])
def test_a_trial_without_any_receipt_asks_and_one_with_some_ends_by_itself(
    carrier: RunningSandbox, line: Number, receipts: int, went: int
) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, MANY, canary_size=10)
        run_and_send()
        for message in Message.objects.order_by("id")[:receipts]:
            come_to(message, "delivered")
        clocks.shift(canary.LONGEST + timedelta(seconds=1))
        run_and_send()
        assert len(texts(carrier)) == went
        campaign.refresh_from_db()
        if not receipts:
            assert campaign.paused_because.startswith("None of the first 10 texts has a receipt after 15 minutes")
            lifecycle.resume(campaign, owner_of(campaign), clock.now())
            run_and_send()
        assert len(texts(carrier)) == 40


def test_the_first_few_fail_without_all_receipts_and_the_campaign_holds(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, MANY, canary_size=10, most_failed=0)
        run_and_send()
        for message in Message.objects.order_by("id")[:5]:
            come_to(message, "undelivered", 30007)
        run_and_send()
        campaign.refresh_from_db()
        assert (campaign.state, len(texts(carrier))) == ("active", 10)
        clocks.shift(canary.LONGEST + timedelta(seconds=1))
        run_and_send()
        campaign.refresh_from_db()
        assert (campaign.state, len(texts(carrier))) == ("paused", 10)
        assert campaign.paused_because.startswith("5 of the first 10 texts failed")
        lifecycle.resume(campaign, owner_of(campaign), clock.now())
        run_and_send()
        assert len(texts(carrier)) == 40


def test_first_texts_that_failed_never_count_as_judged_in_a_campaign_that_runs(
    carrier: RunningSandbox, line: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_sending(line, MANY, canary_size=10, most_failed=0)

    def killed(*_: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as patched, pytest.raises(InterruptedError):
        patched.setattr(lifecycle, "pause", killed)
        breaker.trip(campaign, "Too many failed.", clock.now())
    campaign.refresh_from_db()
    assert (campaign.state, campaign.canary_passed_at) == ("active", None)


def test_one_failure_of_ten_happens_by_chance_and_four_do_not() -> None:
    assert not canary.Trial(10, 10, 1, NOON).suspicious
    assert canary.Trial(10, 10, 4, NOON).suspicious
    assert not canary.Trial(10, 10, 4, NOON, usual=0.3).suspicious
    assert canary.at_least(0, 10, 0.5) == 1.0
