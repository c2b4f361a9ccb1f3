from datetime import UTC, datetime, timedelta

import pytest

from threadline.lib import clock


def test_now_is_in_utc() -> None:
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute"),
        (59 * 60 + 59, "59 minutes"),
        (3600, "1 hour"),
        (47 * 3600, "47 hours"),
        (48 * 3600, "2 days"),
    ],
)
def test_an_age_is_said_in_its_largest_whole_unit(seconds: int, words: str) -> None:
    until = datetime(2026, 11, 22, tzinfo=UTC)
    assert clock.age(until - timedelta(seconds=seconds), until) == words
