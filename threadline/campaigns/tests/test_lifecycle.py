import pytest

from threadline.accounts.models import AuditEntry
from threadline.campaigns import states
from threadline.campaigns.models import Campaign
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import arming, follow, lifecycle
from threadline.campaigns.testing import (
    PEOPLE,
    make_campaign,
    make_leads,
    make_sending,
    owner_of,
    run_engine,
    start_and_arm,
)
from threadline.campaigns.tests.test_engine import run_and_send
from threadline.events.models import Event
from threadline.lib import clock
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("U2", "000-39")
def test_the_ways_between_the_states_are_those_of_the_table(db: None) -> None:
    campaign = make_campaign()
    owner, now = owner_of(campaign), clock.now()
    lifecycle.start(campaign, owner, now)
    lifecycle.pause(campaign, owner, now)
    lifecycle.resume(campaign, owner, now)
    lifecycle.stop(campaign, owner, now)
    lifecycle.archive(campaign, owner, now)
    assert Campaign.objects.get().state == "archived"
    lifecycle.restore(campaign, owner, now)
    assert Campaign.objects.get().state == "stopped"
    moves = AuditEntry.objects.filter(action__startswith="campaign.").order_by("id").values_list("action", flat=True)
    assert list(moves) == [f"campaign.{verb}" for verb in ("start", "pause", "resume", "stop", "archive", "restore")]
    assert Event.objects.filter(type="campaign.changed").count() == 6


@pytest.mark.parametrize(
    ("state", "verb"), [("draft", "pause"), ("draft", "resume"), ("paused", "archive"), ("stopped", "start")]
)
def test_what_the_table_does_not_have_is_refused(db: None, state: str, verb: str) -> None:
    campaign = make_campaign(state=state)
    with pytest.raises(Refused, match=r"cannot be done while the campaign is"):
        getattr(lifecycle, verb)(campaign, None, clock.now())
    assert Campaign.objects.get().state == state


def test_pressing_start_twice_starts_once(db: None) -> None:
    campaign = make_campaign()
    for _ in range(2):
        lifecycle.start(campaign, owner_of(campaign), clock.now())
    assert AuditEntry.objects.filter(action="campaign.start").count() == 1


def test_a_campaign_without_messages_does_not_start(db: None) -> None:
    campaign = make_campaign(steps=())
    with pytest.raises(Refused) as refused:
        lifecycle.start(campaign, None, clock.now())
    assert (refused.value.code, refused.value.link) == ("no_messages", "campaigns:settings")


@pytest.mark.requirement("U2")
def test_an_armed_campaign_stays_active_when_everybody_is_done(line: Number) -> None:
    campaign = make_sending(line)
    run_and_send()
    campaign.refresh_from_db()
    assert campaign.state == "active"
    arming.disarm(campaign, owner_of(campaign), clock.now())
    campaign.refresh_from_db()
    assert (campaign.state, campaign.ended_at is not None) == ("completed", True)


def test_a_campaign_that_is_not_armed_completes_with_its_last_lead(line: Number) -> None:
    campaign = make_campaign(line)
    lead = make_leads(campaign, PEOPLE[:1])[0]
    lifecycle.start(campaign, None, clock.now())
    from threadline.campaigns.leads import lead_verbs

    lead_verbs.complete(campaign, lead.contact_id, None, clock.now())
    assert Campaign.objects.get().state == "completed"


def test_a_campaign_without_leads_is_not_complete(line: Number) -> None:
    campaign = make_campaign(line)
    start_and_arm(campaign)
    run_engine()
    arming.disarm(campaign, None, clock.now())
    follow.step()
    assert Campaign.objects.get().state == "active"


@pytest.mark.parametrize("state", list(Campaign.State))
def test_what_is_offered_can_be_done(state: str) -> None:
    campaign = Campaign(state=state, state_before="stopped")
    assert all(states.move(campaign, verb) for verb in states.verbs(campaign))
