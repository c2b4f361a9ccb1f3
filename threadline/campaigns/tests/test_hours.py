"""The sending hours of a campaign: whose clock counts, and hours that are too short for a text."""

from datetime import UTC, datetime, time, timedelta

import pytest

from threadline.campaigns.editing.typed import whole
from threadline.campaigns.engine import hours
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.sequence import clocks
from threadline.campaigns.sequence.steps import Sequence
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads, owner_of
from threadline.lib import clock, windows
from threadline.numbers import limits

pytestmark = pytest.mark.django_db

NEW_YORK = "America/New_York"


def test_hours_that_a_change_of_the_clocks_leaves_too_short_wait_for_the_next_day() -> None:
    before_three = windows.over([NEW_YORK], time(2, 58), time(3, 2))
    skipped = datetime(2027, 3, 14, 6, tzinfo=UTC)  # at 07:00 the clocks go from 02:00 to 03:00: two minutes are left
    assert hours.opens_after(before_three, skipped) == datetime(2027, 3, 15, 6, 58, tzinfo=UTC)


def test_hours_of_several_zones_that_never_suffice_never_come() -> None:
    assert (
        hours.opens_after(
            windows.over(["UTC", "Asia/Kolkata"], time(9), time(14, 32)), datetime(2027, 3, 1, tzinfo=UTC)
        )
        is None
    )


@pytest.mark.parametrize(("phone", "least"), [("+18005550142", 5), ("+12125550142", 1)])
def test_whoever_may_be_anywhere_is_texted_when_it_suits_everywhere(phone: str, least: int) -> None:
    campaign = make_campaign(window_zone=Campaign.Zone.PERSON)
    assert len(clocks.of(campaign, Sequence(), phone, "", {}).person) >= least


def test_who_waits_for_the_number_s_next_day_is_looked_at_again_when_its_limit_changes() -> None:
    campaign = make_campaign()
    (lead,) = make_leads(campaign, PEOPLE[:1])
    Recipient.objects.update(deferred_until=clock.now() + timedelta(days=1), deferred_code="daily_cap")
    assert campaign.number
    limits.limit(campaign.number, owner_of(campaign), None, 5_000)
    lead.refresh_from_db()
    assert lead.deferred_until is None


@pytest.mark.parametrize("number", ["1e999999", "1e300000", "-1e999999"])
def test_a_number_with_a_million_digits_is_refused_at_once(number: str) -> None:
    errors: dict[str, str] = {}
    assert whole("batch_size", number, 1, 10_000, errors) == 1
    assert errors == {"batch_size": "Give a whole number from 1 to 10,000."}
