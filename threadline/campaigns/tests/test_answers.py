"""What is answered at a launch holds for the people it was about: a repeat that is meant, a number, an approval."""

from datetime import timedelta

import pytest
import time_machine

from sandbox.testing import RunningSandbox
from threadline.campaigns import audience
from threadline.campaigns.launch import launching
from threadline.campaigns.models import Campaign
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import arming, lifecycle
from threadline.campaigns.simulator import digest
from threadline.campaigns.simulator.simulate import simulate
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads, owner_of, run_engine, statuses
from threadline.campaigns.tests.test_engine import run_and_send, texts
from threadline.campaigns.tests.test_launching import ask_for, codes, dated, make_draft, press
from threadline.lib import clock
from threadline.messaging.models import Message
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db


def test_the_same_text_to_the_same_people_within_a_day_is_confirmed() -> None:
    campaign = make_draft(steps=("Sale  today",))
    assert codes(campaign) == []
    press(campaign)
    again = make_draft(campaign.number, steps=("sale today",))
    assert codes(again) == ["repeated"]
    status, page = press(again)
    assert status == 422
    assert f"“{campaign.name}” has the same first text for 3 of these people" in page
    assert "I mean it: these people get it again." in page
    assert press(again, confirmed="1")[0] == 302


@pytest.mark.parametrize(("meant", "texted"), [(True, 6), (False, 3)])
def test_whoever_gets_it_again_is_texted_when_that_was_meant(
    carrier: RunningSandbox, line: Number, meant: bool, texted: int
) -> None:
    press(make_draft(line, steps=("Sale today",)))
    arm(Campaign.objects.get())
    run_and_send()
    again = make_draft(line, steps=("Sale today",))
    if not meant:  # the other one is too long ago to ask about, its texts are not
        Campaign.objects.exclude(pk=again.pk).update(started_at=clock.now() - timedelta(hours=25))
    assert press(again, confirmed="1")[0] == 302
    arm(again)
    run_and_send()
    assert len(texts(carrier)) == texted
    assert set(statuses(again)) == ({"completed finished"} if meant else {"skipped"})


def test_a_meant_repeat_is_simulated_and_counts_for_first_texts_alone(carrier: RunningSandbox, line: Number) -> None:
    press(make_draft(line, steps=("Sale today",)))
    arm(Campaign.objects.get())
    run_and_send()
    again = make_draft(line, steps=("Sale today", "Sale today"), wait_hours=1)
    assert simulate(again, clock.now()).texts == 3
    press(again, confirmed="1")
    found = digest.of(again)
    lifecycle.move(again, "stop", None, clock.now())
    lifecycle.move(again, "restart", None, clock.now())
    assert (again.repeat_meant, digest.of(again) == found) == (False, False)


def test_whoever_is_on_the_list_is_launched_for_also_while_leads_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience, "MOST", 1)
    campaign = make_draft()
    Campaign.objects.update(list_version=-1)
    campaign.recipients.filter(address=PEOPLE[0]).delete()
    campaign.refresh_from_db()
    press(campaign)
    assert campaign.launched_for == len(PEOPLE)


def grown(campaign: Campaign, people: int) -> Campaign:
    make_leads(campaign, [f"+1813555{n:04d}" for n in range(200, 200 + people)])
    audience.refresh(campaign, clock.now())
    campaign.refresh_from_db()
    return campaign


@pytest.mark.parametrize("rule", ["typed_from", "approval_from"])
def test_many_who_join_after_the_launch_are_asked_about_before_auto_sms(rule: str) -> None:
    campaign = make_draft()
    ask_for(campaign, **{rule: 5})
    press(campaign)
    assert arming.why_not(grown(campaign, 4)) is None
    grown(campaign, 5 + 4)
    with pytest.raises(Refused, match="9 people were added since it was launched for 3. From 5 on") as refused:
        arm(campaign)
    assert refused.value.code == "outgrown"
    lifecycle.stop(campaign, owner_of(campaign), clock.now())
    lifecycle.restart(campaign, owner_of(campaign), clock.now())
    assert [problem.code for problem in launching.checks(campaign, clock.now())] == [
        {"typed_from": "count", "approval_from": "approval"}[rule]
    ]


def test_many_who_join_while_it_is_paused_are_asked_about_before_it_goes_on() -> None:
    campaign = make_draft()
    ask_for(campaign, typed_from=5)
    press(campaign)
    arm(campaign)
    lifecycle.pause(campaign, owner_of(campaign), clock.now())
    grown(campaign, 9)
    with pytest.raises(Refused, match="9 people were added"):
        lifecycle.resume(campaign, owner_of(campaign), clock.now())


def test_many_who_join_before_it_begins_are_asked_about_then() -> None:
    campaign = dated(make_draft())
    ask_for(campaign, typed_from=5)
    press(campaign)
    assert campaign.state == "scheduled"
    grown(campaign, 9)
    with time_machine.travel(campaign.begins_at):
        run_engine()
    campaign.refresh_from_db()
    assert (campaign.state, Message.objects.count()) == ("paused", 0)
    assert campaign.paused_because.startswith("9 people were added since it was launched for 3.")


def arm(campaign: Campaign) -> Campaign:
    return arming.arm(campaign, owner_of(campaign), clock.now(), switch=True)


def test_other_texts_other_people_or_another_day_are_no_repeat() -> None:
    campaign = make_draft(steps=("Sale today",))
    press(campaign)
    assert codes(make_draft(campaign.number, steps=("Sale tomorrow",))) == []
    other = make_campaign(campaign.number, steps=("Sale today",))
    make_leads(other, ("+18135550155", "+18135550156", PEOPLE[0]))
    audience.refresh(other, clock.now())
    other.refresh_from_db()
    assert codes(other) == []
    Campaign.objects.filter(pk=campaign.pk).update(started_at=clock.now() - timedelta(hours=25))
    assert codes(make_draft(campaign.number, steps=("Sale today",))) == []
