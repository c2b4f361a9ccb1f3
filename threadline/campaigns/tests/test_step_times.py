"""When a step goes: each way of saying it, mixed; and what is wrong with it, by field."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from threadline.campaigns.editing.saving import Settings, StepText, save
from threadline.campaigns.editing.when import When
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign, Step
from threadline.campaigns.testing import make_campaign, owner_of
from threadline.contacts import fields
from threadline.lib import clock

pytestmark = pytest.mark.django_db

NOW = "2027-03-01T15:00:00Z"


@pytest.fixture(autouse=True)
def on_the_first_of_march() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def campaign() -> Campaign:
    made = make_campaign(steps=(), timezone="America/New_York")
    fields.ensure(made.workspace_id, ["Birthday"])
    return made


def at(day: str, hour: str = "09:00", zone: str = "campaign") -> When:
    return When("at", day, hour, zone)


def birthday(days: int | str = 0, hour: str = "09:00", **more: Any) -> When:
    return When("field", at_time=hour, field_key="birthday", offset_days=days, yearly=True, **more)


def saved(campaign: Campaign, *whens: When | None, wait: float = 24) -> Campaign:
    given = [StepText(None, f"Message {place}", wait, when) for place, when in enumerate(whens)]
    return save(campaign, owner_of(campaign), _with(campaign, given), clock.now())


def _with(campaign: Campaign, steps: list[StepText]) -> Settings:
    number = campaign.number.public_id if campaign.number else ""
    return Settings(steps, number, True, campaign.timezone)


def errors(campaign: Campaign, *whens: When | None, wait: float = 24) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        saved(campaign, *whens, wait=wait)
    return caught.value.errors


@pytest.mark.requirement("U1")
def test_every_way_of_timing_is_kept_and_can_be_mixed(campaign: Campaign) -> None:
    saved(campaign, at("2027-03-08", zone="person"), None, birthday(-3, "10:30"))
    first, second, third = campaign.steps.all()
    assert (first.timing, first.at_date, first.at_time, first.zone) == ("at", date(2027, 3, 8), time(9), "person")
    assert (second.timing, second.at_date, second.field_key) == ("after", None, "")
    assert (third.timing, third.field_key, third.offset_days, third.at_time, third.yearly) == (
        *("field", "birthday", -3),
        *(time(10, 30), True),
    )


@pytest.mark.requirement("U1")
def test_the_first_step_decides_the_kind(campaign: Campaign) -> None:
    assert saved(campaign, None, at("2027-03-08")).kind == "drip"
    assert saved(campaign, at("2027-03-08"), None).kind == "scheduled"
    assert saved(campaign, birthday(), None).kind == "scheduled"
    assert saved(campaign, None).kind == "drip"


def test_what_a_step_is_not_given_it_keeps(campaign: Campaign) -> None:
    saved(campaign, at("2027-03-08"))
    step = campaign.steps.get()
    save(campaign, None, _with(campaign, [StepText(step.pk, "Better")]), clock.now())
    step.refresh_from_db()
    assert (step.body, step.version, step.at_date) == ("Better", 2, date(2027, 3, 8))


@pytest.mark.parametrize(
    ("when", "field"),
    [
        (When("soon"), "timing"),
        (When("at", "", "09:00"), "at_date"),
        (When("at", "2027-02-30", "09:00"), "at_date"),
        (When("at", "9999-12-31", "09:00"), "at_date"),
        (When("at", "\x00", "09:00"), "at_date"),
        (When("at", "2027-03-08", ""), "at_time"),
        (When("at", "2027-03-08", "25:00"), "at_time"),
        (When("at", "2027-03-08", "09:00", "Mars/Olympus"), "zone"),
        (When("field", at_time="09:00", field_key=""), "field_key"),
        (When("field", at_time="09:00", field_key="birthdya"), "field_key"),
        (When("field", at_time="", field_key="birthday"), "at_time"),
        (When("field", at_time="09:00", field_key="birthday", offset_days="x"), "offset_days"),
        (When("field", at_time="09:00", field_key="birthday", offset_days="1.5"), "offset_days"),
        (When("field", at_time="09:00", field_key="birthday", offset_days=366), "offset_days"),
        (When("field", at_time="09:00", field_key="birthday", offset_days="9" * 400), "offset_days"),
    ],
)
def test_what_cannot_be_a_time_is_refused_at_its_field(campaign: Campaign, when: When, field: str) -> None:
    assert list(errors(campaign, when)) == [f"steps.0.{field}"]
    assert not campaign.steps.exists()


def test_a_date_that_has_passed_is_refused_until_it_was_sent(campaign: Campaign) -> None:
    wrong = errors(campaign, at("2027-03-01", "09:59"))
    assert wrong == {"steps.0.at_date": "1 March 2027, 09:59 has passed. Choose a later time."}
    saved(campaign, at("2027-03-01", "10:01"))


def test_by_each_persons_clock_it_has_passed_when_it_has_everywhere(campaign: Campaign) -> None:
    saved(campaign, at("2027-03-01", "09:59", "person"))
    assert list(errors(campaign, at("2027-02-28", "09:00", "person"))) == ["steps.0.at_date"]


def test_a_date_that_passes_while_it_runs_does_not_keep_others_from_being_saved(campaign: Campaign) -> None:
    saved(campaign, None, at("2027-03-02"))
    Campaign.objects.filter(pk=campaign.pk).update(state="active", started_at=clock.now())
    with time_machine.travel("2027-03-05T00:00:00Z"):
        one, two = campaign.steps.all()
        save(campaign, None, _with(campaign, [StepText(one.pk, "Better"), StepText.of(two)]), clock.now())
        moved = StepText(two.pk, two.body, when=at("2027-03-03"))
        with pytest.raises(Invalid):
            save(campaign, None, _with(campaign, [StepText(one.pk, "Better"), moved]), clock.now())


@pytest.mark.parametrize(
    "whens",
    [
        (at("2027-03-08"), at("2027-03-07")),
        (at("2027-03-08"), at("2027-03-08")),
        (at("2027-03-08"), None, at("2027-03-09", "08:59")),
        (at("2027-03-08"), birthday(), at("2027-03-07")),
        (birthday(0), birthday(-1)),
        (birthday(0, "09:00"), birthday(0, "08:00")),
    ],
)
def test_a_step_before_the_one_it_follows_is_refused(campaign: Campaign, whens: tuple[When, ...]) -> None:
    (field,) = errors(campaign, *whens)
    assert field in (f"steps.{len(whens) - 1}.at_date", f"steps.{len(whens) - 1}.offset_days")


def test_the_refusal_says_the_earliest_moment(campaign: Campaign) -> None:
    (sentence,) = errors(campaign, at("2027-03-08"), None, at("2027-03-09", "08:00")).values()
    assert sentence == "It follows a message that goes 9 March 2027, 09:00 at the earliest. Choose a later time."
    saved(campaign, at("2027-03-08"), None, at("2027-03-09", "09:01"))


@pytest.mark.requirement("U1", "U3")
def test_what_runs_as_a_drip_stays_one(campaign: Campaign) -> None:
    saved(campaign, None, at("2027-03-08"))
    Campaign.objects.filter(pk=campaign.pk).update(state="active", started_at=clock.now())
    one, two = campaign.steps.all()
    with pytest.raises(Invalid) as caught:
        save(campaign, None, _with(campaign, [StepText.of(two)]), clock.now())
    assert list(caught.value.errors) == ["steps.0.timing"]
    save(campaign, None, _with(campaign, [StepText.of(one)]), clock.now())


def test_a_changed_time_is_no_new_version_of_the_text(campaign: Campaign) -> None:
    saved(campaign, at("2027-03-08"))
    step = campaign.steps.get()
    later = StepText(step.pk, step.body, Decimal(24), at("2027-04-08"))
    save(campaign, None, _with(campaign, [later]), clock.now())
    assert Step.objects.get().version == 1
    assert Step.objects.get().at_date == date(2027, 4, 8)


def test_fifty_one_steps_are_too_many(campaign: Campaign) -> None:
    start = date(2027, 4, 1)
    whens = [at((start + timedelta(days=day)).isoformat()) for day in range(51)]
    assert list(errors(campaign, *whens)) == ["steps"]
    assert saved(campaign, *whens[:50]).steps.count() == 50
