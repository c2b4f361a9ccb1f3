"""The launch: what is in the way, what is asked for, what the page says, and that nothing goes round it."""

from datetime import time, timedelta
from typing import Any

import pytest

from threadline.accounts.models import AuditEntry, Member, Role
from threadline.accounts.testing import make_member, signed_in
from threadline.billing.models import Rate
from threadline.campaigns import audience
from threadline.campaigns.launch import launching, recalling
from threadline.campaigns.models import Campaign, LaunchRules
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import arming
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads, owner_of, run_engine
from threadline.compliance import policy as policies
from threadline.compliance.models import OptOut, Policy
from threadline.lib import clock
from threadline.messaging.models import Message
from threadline.numbers.models import Number
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db


def make_draft(number: Number | None = None, **fields: Any) -> Campaign:
    campaign = make_campaign(number, **fields)
    make_leads(campaign)
    audience.refresh(campaign, clock.now())
    campaign.refresh_from_db()
    return campaign


def dated(campaign: Campaign, days: int = 3, at: time = time(12)) -> Campaign:
    """Its first message goes at a date."""
    day = clock.now().date() + timedelta(days=days)
    campaign.steps.filter(position=1).update(timing="at", at_date=day, at_time=at)
    campaign.kind = "scheduled"
    campaign.save()
    return campaign


def ask_for(campaign: Campaign, **rules: Any) -> None:
    LaunchRules.objects.update_or_create(workspace=campaign.workspace, defaults=rules)


def codes(campaign: Campaign) -> list[str]:
    return [problem.code for problem in launching.checks(campaign, clock.now())]


def see(campaign: Campaign, member: Member | None = None, path: str = "launch/") -> str:
    answer = signed_in(member or owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/{path}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def press(campaign: Campaign, path: str = "launch/", member: Member | None = None, **typed: str) -> tuple[int, str]:
    answer = signed_in(member or owner_of(campaign)).post(f"/campaigns/{campaign.public_id}/{path}", typed)
    campaign.refresh_from_db()
    return answer.status_code, answer.content.decode()


def refusal(campaign: Campaign, **answers: Any) -> str:
    with pytest.raises(Refused) as refused:
        launching.launch(campaign, owner_of(campaign), clock.now(), **answers)
    return refused.value.code


@pytest.mark.requirement("000-39", "000-51")
def test_start_leads_to_a_page_with_the_notice_and_launches_from_there() -> None:
    campaign = make_draft()
    assert f'href="/campaigns/{campaign.public_id}/launch/"' in see(campaign, path="")
    page = see(campaign)
    for words in (
        "Texting has legal and carrier rules",
        "Only text people who agreed to hear from you (consent).",
        "Honor STOP and similar opt-out requests.",
        "Follow local laws about timing (e.g. quiet hours) and content.",
        "you may need A2P 10DLC registration in Twilio",
        "it does not replace legal or compliance advice",
    ):
        assert words in page
    assert "3 people" in page
    assert "As soon as Auto SMS is on" in page
    assert press(campaign)[0] == 302
    assert (campaign.state, campaign.started_at is not None) == ("active", True)


@pytest.mark.requirement("U1", "000-51")
def test_a_campaign_with_a_date_is_scheduled() -> None:
    campaign = dated(make_draft())
    assert "Schedule Campaign" in see(campaign, path="")
    page = see(campaign)
    assert "Schedule Campaign" in page
    assert "Texting has legal and carrier rules" in page
    assert "12:00 on" in page
    press(campaign)
    assert (campaign.state, campaign.begins_at is not None) == ("scheduled", True)


def test_launched_twice_it_is_launched_once() -> None:
    campaign = make_draft()
    for _ in range(2):
        assert press(campaign)[0] == 302
    assert AuditEntry.objects.filter(action="campaign.start").count() == 1
    answer = signed_in(owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/launch/")
    assert answer["Location"] == f"/campaigns/{campaign.public_id}/"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda campaign: campaign.steps.all().delete(), "no_messages"),
        (lambda campaign: dated(campaign, days=-1), "in_the_past"),
        (lambda campaign: campaign.steps.update(body="{{ fields.gone }}"), "placeholder"),
        (lambda campaign: Number.objects.update(gone_at=clock.now()), "number_not_ready"),
    ],
)
def test_what_is_in_the_way_is_said_and_keeps_it_a_draft(change: Any, code: str) -> None:
    campaign = make_draft()
    change(campaign)
    campaign.refresh_from_db()
    assert codes(campaign)[0] == code
    assert 'id="launch" disabled' in see(campaign)
    assert press(campaign)[0] == 422
    assert campaign.state == "draft"


def test_who_cannot_be_texted_and_whose_placeholders_are_blank_is_said() -> None:
    campaign = make_draft(steps=("Hi {{ company }}",))
    OptOut.objects.create(workspace=campaign.workspace, line="+15550000000", address=PEOPLE[0], evidence="inbound")
    page = see(campaign)
    assert "1 has opted out." in page
    assert "3 leads have no company" in page


@pytest.mark.requirement("U11")
def test_where_a_stop_counts_for_its_own_line_those_of_its_messaging_service_are_counted_all_the_same() -> None:
    ours = make_number()
    campaign = make_draft(ours)
    told = [make_number(ours.connection, service_sid=service) for service in ("MG" + "0" * 32, "")]
    for line, address in zip(told, PEOPLE, strict=False):
        OptOut.objects.create(workspace=campaign.workspace, line=line.phone, address=address, evidence="inbound")
    policies.change(campaign.workspace, None, narrow_stop=True)
    assert "opted out." not in see(campaign)
    Number.objects.filter(pk=ours.pk).update(service_sid="MG" + "0" * 32)
    assert "1 has opted out." in see(campaign)


def test_an_empty_campaign_may_start_and_says_that_nobody_is_in_it() -> None:
    campaign = make_campaign()
    audience.refresh(campaign, clock.now())
    campaign.refresh_from_db()
    assert codes(campaign) == ["nobody"]
    assert "There is nobody to text yet" in see(campaign)
    press(campaign)
    assert campaign.state == "active"


def test_a_cost_is_said_before() -> None:
    campaign = make_draft(steps=("Hi", "x" * 161))
    page = see(campaign)
    assert "6 texts, billed as 9 segments." in page
    assert "At most $0." in page
    assert "As Lead0 reads it:" in page
    assert "when nobody replies" in page


@pytest.mark.parametrize(("phone", "cost"), [("+18335550100", "At most $0.06"), ("+18135550100", "At most $0.03")])
def test_the_cost_is_that_of_the_kind_of_number(phone: str, cost: str) -> None:
    campaign = make_draft(make_number(phone=phone), steps=("Hi",))
    for kind, price in (("", 10_000), ("toll_free", 20_000)):
        Rate.objects.create(workspace=campaign.workspace, prefix="+1", number_type=kind, sms=price, mms=price)
    assert cost in see(campaign)


@pytest.mark.requirement("U22")
def test_people_at_night_are_counted_and_quiet_hours_are_one_click() -> None:
    campaign = make_draft()
    page = see(campaign)
    assert "3 people could be texted at night" in page
    assert "depending on when Auto SMS is on" in page
    assert "For every text of this workspace, not only for this campaign" in page  # before it is pressed
    assert press(campaign, "launch/quiet-hours/")[0] == 302
    assert Policy.objects.get().quiet_hours
    assert "texted at night" not in see(campaign)
    assert "quiet hours are on" in see(campaign)
    assert AuditEntry.objects.get(action="policy.changed").member == owner_of(campaign)


@pytest.mark.requirement("U22")
def test_by_day_nobody_is_texted_at_night() -> None:
    campaign = make_draft(window_start=time(11), window_end=time(16), timezone="America/New_York")
    assert "texted at night" not in see(campaign)
    late = make_draft(campaign.number, window_start=time(20), window_end=time(22), timezone="America/New_York")
    assert "3 people could be texted at night" in see(late)
    by_date = dated(make_draft(campaign.number, timezone="America/New_York"), at=time(12))
    assert "texted at night" not in see(by_date)
    early = dated(make_draft(campaign.number, timezone="America/New_York"), at=time(6))
    assert "3 people would be texted at night" in see(early)


def test_a_member_is_told_whom_to_ask_for_quiet_hours() -> None:
    campaign = make_draft()
    member = make_member(campaign.workspace, Role.MEMBER)
    assert "To turn them on, ask" in see(campaign, member)
    assert press(campaign, "launch/quiet-hours/", member)[0] == 403


def test_above_a_threshold_the_number_is_typed() -> None:
    campaign = make_draft()
    ask_for(campaign, typed_from=3)
    assert "Type 3, the number of people" in see(campaign)
    status, page = press(campaign, typed="2")
    assert status == 422
    assert "Type the number of people whom this campaign texts: 3." in page
    assert 'value="2"' in page
    assert refusal(campaign) == "count"
    assert press(campaign, typed=" 3 ")[0] == 302
    assert campaign.state == "active"


def test_below_the_threshold_nothing_is_asked() -> None:
    campaign = make_draft()
    ask_for(campaign, typed_from=4, approval_from=4)
    assert codes(campaign) == []


def test_people_who_are_still_being_added_are_waited_for_where_their_number_counts() -> None:
    campaign = make_draft()
    Campaign.objects.update(list_version=-1)
    campaign.refresh_from_db()
    assert [problem.kind for problem in launching.checks(campaign, clock.now())] == ["warns"]
    ask_for(campaign, typed_from=1000)
    assert [problem.kind for problem in launching.checks(campaign, clock.now())] == ["blocks"]
    press(campaign)  # a short list is filled by the launch itself
    assert campaign.state == "active"


@pytest.mark.requirement("003-4")
def test_a_copy_is_acknowledged_when_it_is_launched() -> None:
    campaign = make_draft()
    Campaign.objects.update(acknowledged_at=None, acknowledged_by=None)
    campaign.refresh_from_db()
    assert "I understand that I am required to obtain and store opt-in approval" in see(campaign)
    assert refusal(campaign) == "acknowledge"
    press(campaign, acknowledged="1")
    assert (campaign.state, campaign.acknowledged_by) == ("active", owner_of(campaign))
    assert AuditEntry.objects.filter(action="campaign.acknowledged").count() == 1


def test_a_launch_can_be_recalled_for_some_seconds(line: Number) -> None:
    campaign = make_draft(line)
    ask_for(campaign, recall_seconds=60)
    press(campaign)
    arming.arm(campaign, owner_of(campaign), clock.now())
    run_engine()
    assert Message.objects.exclude(status="canceled").count() == 3
    page = see(campaign, path="")
    assert "It can still be taken back" in page
    assert "<count-down until=" in page
    assert ">Recall</button>" in page
    answer = signed_in(owner_of(campaign)).post(f"/campaigns/{campaign.public_id}/recall/", follow=True)
    assert "3 recalled, 0 already left" in answer.content.decode()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.armed) == ("draft", False)
    assert not Message.objects.exclude(status="canceled").exists()


def test_later_it_is_too_late_to_recall() -> None:
    campaign = make_draft()
    press(campaign)
    assert not recalling.possible(campaign, clock.now())
    assert "Recall</button>" not in see(campaign, path="")
    answer = signed_in(owner_of(campaign)).post(f"/campaigns/{campaign.public_id}/recall/", follow=True)
    assert "The time to recall is over" in answer.content.decode()


def test_viewers_and_strangers_launch_nothing() -> None:
    campaign = make_draft()
    for path in ("launch/", "recall/", "approval/ask/", "approval/approve/"):
        assert press(campaign, path, make_member(campaign.workspace, Role.VIEWER))[0] == 403
        assert press(campaign, path, make_member(make_number().workspace))[0] == 404
    assert campaign.state == "draft"


def test_dates_are_those_of_the_campaigns_clock() -> None:
    campaign = dated(make_draft(timezone="America/Los_Angeles"))
    assert "Los Angeles time" in see(campaign)
