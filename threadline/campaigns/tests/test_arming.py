import pytest
from django.db import IntegrityError, transaction

from threadline.campaigns.models import Campaign
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import arming, lifecycle
from threadline.campaigns.testing import make_campaign, make_sending, owner_of, run_engine
from threadline.lib import clock
from threadline.messaging.models import OutboxEntry
from threadline.numbers.models import Connection, Number

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("000-42")
@pytest.mark.parametrize(
    ("make_it", "code"),
    [
        (lambda: Campaign.objects.update(state="draft"), "not_active"),
        (lambda: Campaign.objects.update(state="paused"), "not_active"),
        (lambda: Campaign.objects.update(state="completed"), "not_active"),
        (lambda: Campaign.objects.update(number=None), "no_number"),
        (lambda: Number.objects.update(gone_at=clock.now()), "number_not_ready"),
        (lambda: Connection.objects.update(removed_at=clock.now()), "not_connected"),
    ],
)
def test_auto_sms_says_why_it_cannot_be_turned_on(make_it, code: str) -> None:
    campaign = make_campaign(state="active")
    assert arming.why_not(campaign) is None
    make_it()
    campaign.refresh_from_db()
    with pytest.raises(Refused) as refused:
        arming.arm(campaign, None, clock.now())
    assert refused.value.code == code
    assert not Campaign.objects.get().armed


def test_without_twilio_only_what_needs_auto_sms_is_told_to_turn_it_on(line: Number) -> None:
    by_hand, by_dates = make_campaign(line, state="active"), make_campaign(line, kind="scheduled", state="scheduled")
    armed = make_sending(line)
    Connection.objects.update(removed_at=clock.now())
    words = {one: refused.sentence for one in (by_hand, by_dates, armed) if (refused := arming.cannot_send(one))}
    assert "then turn Auto SMS on" in words[by_hand]
    for one in (by_dates, armed):
        assert "no text of this campaign can leave" in words[one]
        assert "Auto SMS" not in words[one]


@pytest.mark.requirement("000-41", "U4")
def test_only_one_campaign_is_armed_and_the_refusal_names_it(line: Number) -> None:
    first = make_sending(line, name="March follow-up texts")
    second = make_campaign(line, state="active")
    with pytest.raises(Refused, match="March follow-up texts") as refused:
        arming.arm(second, owner_of(second), clock.now())
    assert (refused.value.code, refused.value.subject) == ("another_armed", first.public_id)


@pytest.mark.requirement("U4")
def test_switching_takes_one_action_and_takes_back_what_waits(line: Number) -> None:
    first = make_sending(line)
    run_engine()
    second = make_campaign(line, state="active")
    arming.arm(second, owner_of(second), clock.now(), switch=True)
    assert list(Campaign.objects.order_by("id").values_list("armed", flat=True)) == [False, True]
    assert not OutboxEntry.objects.filter(source=first.source).exists()


@pytest.mark.requirement("000-41")
def test_whoever_comes_a_moment_too_late_hears_of_the_other_campaign(
    line: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = make_campaign(line)  # as its page was loaded, before it was started
    lifecycle.start(second, None, clock.now())
    first = make_sending(line)
    looks = [None, first]
    monkeypatch.setattr(arming, "armed_instead", lambda _campaign: looks.pop(0))
    with pytest.raises(Refused) as refused:
        arming.arm(second, None, clock.now())
    assert (refused.value.code, refused.value.subject) == ("another_armed", first.public_id)


def test_the_database_itself_allows_one(line: Number) -> None:
    make_sending(line)
    second = make_campaign(line, state="active")
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(id=second.pk).update(armed=True)


@pytest.mark.requirement("U2")
def test_a_pause_keeps_auto_sms_and_it_can_be_turned_off_but_not_on(line: Number) -> None:
    campaign = make_sending(line)
    lifecycle.pause(campaign, None, clock.now())
    assert Campaign.objects.get().armed
    arming.disarm(campaign, None, clock.now())
    with pytest.raises(Refused):
        arming.arm(campaign, None, clock.now())


def test_another_workspace_has_its_own(line: Number) -> None:
    make_sending(line)
    make_sending(None)
    assert Campaign.objects.filter(armed=True).count() == 2
