"""Moving messages that nobody has got: which may move, what is refused, and that nothing else changes."""

from datetime import date, datetime, time
from typing import Any

import pytest
import time_machine

from threadline.accounts.models import AuditEntry
from threadline.campaigns.editing import moving
from threadline.campaigns.editing.moving import Move
from threadline.campaigns.editing.when import When
from threadline.campaigns.engine import ready
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign, Recipient, Step
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import make_campaign, make_leads, owner_of
from threadline.lib import clock

pytestmark = pytest.mark.django_db

NOW = "2027-03-01T15:00:00Z"


@pytest.fixture(autouse=True)
def on_the_first_of_march() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def make_scheduled() -> Campaign:
    """Three messages: on the 8th of March, 24 hours later, and on the 20th; scheduled, with leads."""
    campaign = make_campaign(steps=("One", "Two", "Three"), timezone="America/New_York", kind="scheduled")
    one, _two, three = campaign.steps.all()
    _set(one, timing="at", at_date=date(2027, 3, 8), at_time=time(9))
    _set(three, timing="at", at_date=date(2027, 3, 20), at_time=time(9))
    make_leads(campaign)
    return lifecycle.schedule(campaign, owner_of(campaign), clock.now())


def _set(step: Step, **columns: Any) -> None:
    Step.objects.filter(pk=step.pk).update(**columns)


def ids(campaign: Campaign) -> list[int]:
    return list(campaign.steps.values_list("pk", flat=True))


def at(day: str, hour: str = "09:00", zone: str = "campaign") -> Move:
    return Move(When("at", day, hour, zone))


def moved(campaign: Campaign, moves: dict[int, Move]) -> Campaign:
    return moving.move(campaign, owner_of(campaign), moves, clock.now())


def errors(campaign: Campaign, moves: dict[int, Move]) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        moved(campaign, moves)
    return caught.value.errors


def is_sent(campaign: Campaign, place: int) -> None:
    """Somebody was asked to be sent this message."""
    from threadline.campaigns.models import Touch
    from threadline.messaging.testing import arrive, last_message

    assert campaign.number is not None
    arrive(campaign.number, "hello", "+18135550101")
    lead = campaign.recipients.earliest("id")
    message = last_message(campaign.workspace)
    Touch.objects.create(recipient=lead, step_id=ids(campaign)[place], message=message, version=1, at=clock.now())


@pytest.mark.requirement("003-6", "U3")
def test_a_message_that_nobody_has_got_moves_and_nothing_else() -> None:
    campaign = make_scheduled()
    before = list(campaign.steps.values("body", "version", "wait_hours", "media", "position"))
    changed = moved(campaign, {ids(campaign)[2]: at("2027-04-01", "18:30", "person")})
    third = campaign.steps.get(pk=ids(campaign)[2])
    assert (third.at_date, third.at_time, third.zone) == (date(2027, 4, 1), time(18, 30), "person")
    assert list(campaign.steps.values("body", "version", "wait_hours", "media", "position")) == before
    assert changed.state == "scheduled"
    assert AuditEntry.objects.get(action="campaign.moved").facts == {"steps": [3]}


def test_moving_the_first_one_moves_the_beginning() -> None:
    campaign = make_scheduled()
    moved(campaign, {ids(campaign)[0]: at("2027-03-05", "10:00")})
    campaign.refresh_from_db()
    assert campaign.begins_at == datetime.fromisoformat("2027-03-05T15:00:00+00:00")


def test_whoever_sleeps_for_it_is_looked_at_again() -> None:
    campaign = make_scheduled()
    campaign.recipients.update(deferred_until=clock.now(), deferred_code="schedule")
    moved(campaign, {ids(campaign)[0]: at("2027-03-05")})
    assert not Recipient.objects.filter(deferred_until__isnull=False).exists()


def test_the_wait_of_one_that_follows_moves_with_its_hours() -> None:
    campaign = make_scheduled()
    moved(campaign, {ids(campaign)[1]: Move(When(), "36,5")})
    assert [float(step.wait_hours) for step in campaign.steps.all()] == [36.5, 24, 24]
    assert list(errors(campaign, {ids(campaign)[1]: Move(When(), "soon")})) == ["steps.1.wait_hours"]


@pytest.mark.requirement("003-6")
def test_what_has_gone_out_stands() -> None:
    campaign = make_scheduled()
    is_sent(campaign, 0)
    wrong = errors(campaign, {ids(campaign)[0]: at("2027-05-01")})
    assert wrong == {"steps.0": "Message 1 has gone out. It stands as it was sent."}
    moved(campaign, {ids(campaign)[2]: at("2027-05-01")})


@pytest.mark.parametrize(
    ("place", "move", "field"),
    [
        (0, at("2027-02-28"), "steps.0.at_date"),
        (0, at("2027-03-21"), "steps.0.at_date"),
        (2, at("2027-03-09", "08:59"), "steps.2.at_date"),
        (2, at("", "09:00"), "steps.2.at_date"),
        (2, at("2027-04-01", ""), "steps.2.at_time"),
        (2, at("2027-04-01", "09:00", "Mars"), "steps.2.zone"),
        (2, Move(When("field", at_time="09:00", field_key="nothing")), "steps.2.field_key"),
        (0, Move(When()), "steps.0.timing"),
    ],
)
def test_times_that_cannot_be_are_refused_and_nothing_is_moved(place: int, move: Move, field: str) -> None:
    campaign = make_scheduled()
    before = list(campaign.steps.values())
    assert field in errors(campaign, {ids(campaign)[place]: move})
    assert list(campaign.steps.values()) == before


def test_a_step_of_another_campaign_is_none() -> None:
    campaign, other = make_scheduled(), make_scheduled()
    assert list(errors(campaign, {ids(other)[0]: at("2027-04-01"), 0: at("2027-04-01")})) == ["steps"]


@pytest.mark.parametrize("state", ["stopped", "completed", "archived"])
def test_what_has_ended_does_not_move(state: str) -> None:
    campaign = make_scheduled()
    Campaign.objects.filter(pk=campaign.pk).update(state=state)
    assert list(errors(campaign, {ids(campaign)[0]: at("2027-04-01")})) == ["steps"]
    campaign.refresh_from_db()
    assert moving.can_move(campaign) == set()


@pytest.mark.requirement("003-15", "U2")
def test_after_a_restart_the_schedule_of_unsent_messages_is_rebuilt() -> None:
    campaign = make_scheduled()
    is_sent(campaign, 0)
    campaign.recipients.update(status="in_progress", step=1)
    lifecycle.stop(campaign, owner_of(campaign), clock.now())
    with time_machine.travel("2027-04-01T15:00:00Z", tick=False):
        campaign = lifecycle.restart(campaign, owner_of(campaign), clock.now())
        one, two, three = ids(campaign)
        assert moving.can_move(campaign) == {two, three}
        moves = {two: at("2027-04-02"), three: Move(When(), 12)}
        moved(campaign, moves)
        second, third = campaign.steps.filter(pk__in=(two, three))
        assert (second.timing, second.at_date, float(second.wait_hours)) == ("at", date(2027, 4, 2), 12)
        assert third.timing == "after"
        assert lifecycle.schedule(campaign, owner_of(campaign), clock.now()).state == "scheduled"
        assert one not in moving.can_move(campaign)


@pytest.mark.requirement("003-15", "U2")
def test_after_a_restart_a_message_is_moved_for_those_who_have_not_got_it() -> None:
    campaign = make_scheduled()
    is_sent(campaign, 0)
    campaign.recipients.filter(pk=campaign.recipients.earliest("id").pk).update(status="in_progress", step=1)
    lifecycle.stop(campaign, owner_of(campaign), clock.now())
    one = ids(campaign)[0]
    with time_machine.travel("2027-03-09T15:00:00Z", tick=False):
        campaign = lifecycle.restart(campaign, owner_of(campaign), clock.now())
        with pytest.raises(Refused, match="Message 1 is scheduled in the past"):
            lifecycle.schedule(campaign, owner_of(campaign), clock.now())
        moved(campaign, {one: at("2027-03-10")})
        campaign = lifecycle.schedule(campaign, owner_of(campaign), clock.now())
        # Whoever has the first one waits for the second, which follows it: the campaign goes on at once.
        assert campaign.begins_at == clock.now()
        moved(campaign, {one: at("2027-03-11")})
        assert Recipient.objects.filter(campaign=campaign, status="pending").count() == 2


@pytest.mark.requirement("003-6", "U3")
def test_moving_a_later_message_of_one_that_runs_holds_no_other_back() -> None:
    campaign = make_scheduled()
    with time_machine.travel("2027-03-08T14:30:00Z", tick=False):
        campaign = lifecycle.begin(campaign, clock.now())
        campaign.recipients.update(status="in_progress", step=1, sent_at=clock.now())
        began = campaign.begins_at
        campaign = moved(campaign, {ids(campaign)[2]: at("2027-03-25")})
        assert (campaign.state, campaign.begins_at) == ("active", began)
        assert campaign in ready.running()
