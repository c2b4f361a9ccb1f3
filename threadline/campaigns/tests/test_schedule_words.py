"""When a message goes, in words."""

from datetime import timedelta

import pytest

from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence import schedule_words
from threadline.campaigns.sequence.steps import Stage


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(0), "Right after Step 1"),
        (timedelta(seconds=36), "36 seconds after Step 1"),
        (timedelta(minutes=1), "1 minute after Step 1"),
        (timedelta(minutes=30), "30 minutes after Step 1"),
        (timedelta(hours=1), "1 hour after Step 1"),
        (timedelta(hours=1.5), "1.5 hours after Step 1"),
    ],
)
def test_a_wait_is_in_hours_and_a_short_one_in_what_is_plainer(wait: timedelta, words: str) -> None:
    first, second = Stage(1, 1, "One", 1, wait, removed=False), Stage(2, 2, "Two", 1, timedelta(0), removed=False)
    assert schedule_words.of(second, first, 1, Campaign()) == words
