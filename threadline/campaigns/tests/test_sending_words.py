from datetime import time
from typing import Any

import pytest

from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence import sending_words
from threadline.campaigns.testing import make_campaign
from threadline.campaigns.tests.test_pages import see

WORKDAYS, EVERY_OTHER, WEEKEND = 0b0011111, 0b0010101, 0b1100000


@pytest.mark.parametrize(
    ("settings", "hours"),
    [
        ({}, "Anytime"),
        ({"window_start": time(9), "window_end": time(17)}, "09:00–17:00, New York time"),
        ({"window_days": WORKDAYS}, "Mon–Fri, New York time"),
        ({"window_days": WEEKEND, "window_zone": "person"}, "Sat, Sun, each person's own time"),
        (
            {"window_days": EVERY_OTHER, "window_start": time(8, 30), "window_end": time(20)},
            "Mon, Wed, Fri, 08:30–20:00, New York time",
        ),
    ],
)
def test_hours_name_days_times_and_whose_clock(settings: dict[str, Any], hours: str) -> None:
    assert sending_words.of(Campaign(timezone="America/New_York", **settings)).hours == hours


@pytest.mark.parametrize(
    ("size", "minutes", "pace"),
    [
        (10, 10, "10 texts every 10 minutes"),
        (1, 1, "1 text every minute"),
        (5000, 0, "5,000 texts at a time, without a pause"),
    ],
)
def test_pace_says_how_many_and_how_long_between(size: int, minutes: int, pace: str) -> None:
    assert sending_words.of(Campaign(batch_size=size, batch_minutes=minutes)).pace == pace


@pytest.mark.django_db
def test_pages_say_it_before_and_after_the_launch() -> None:
    campaign = make_campaign(window_days=WORKDAYS)
    for page in ("", "launch/"):
        assert "Mon–Fri, New York time" in see(campaign, page)


@pytest.mark.django_db
@pytest.mark.requirement("U1")
def test_a_scheduled_campaign_has_no_auto_sms_switch() -> None:
    assert 'role="switch"' in see(make_campaign())
    page = see(make_campaign(kind=Campaign.Kind.SCHEDULED))
    assert 'role="switch"' not in page
    assert "Sends by its schedule" in page
