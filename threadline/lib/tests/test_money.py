from decimal import Decimal

import pytest

from threadline.lib import money


@pytest.mark.parametrize(
    ("micros", "shown"),
    [
        (0, "$0.00"),
        (12_340_000, "$12.34"),
        (8_300, "$0.0083"),
        (-8_300, "-$0.0083"),
        (1_234_567_500_000, "$1,234,567.50"),
        (1, "$0.000001"),
        (10_000_000, "$10.00"),
    ],
)
def test_an_amount_shows_two_decimals_and_more_only_when_needed(micros: int, shown: str) -> None:
    assert money.dollars(micros) == shown


def test_an_amount_can_be_rounded_for_show() -> None:
    assert money.dollars(8_300, places=2) == "$0.01"
    assert money.dollars(-1_300, places=2) == "$0.00"
    assert money.dollars(2_500_000, places=0) == "$2"


@pytest.mark.parametrize(
    ("micros", "shown"), [(0, "$0.00"), (8_300, "$0.0083"), (10_000, "$0.01"), (170_600, "$0.17"), (-8_300, "-$0.0083")]
)
def test_less_than_a_cent_is_shown_in_full_and_more_to_the_cent(micros: int, shown: str) -> None:
    assert money.to_the_cent(micros) == shown


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("-0.00830", -8300),
        ("0.0075", 7500),
        ("12", 12_000_000),
        (Decimal("1.5"), 1_500_000),
        (None, None),
        ("x", None),
        ("NaN", None),
    ],
)
def test_a_carriers_amount_becomes_whole_micros(text: str | Decimal | None, micros: int | None) -> None:
    assert money.micros(text) == micros
