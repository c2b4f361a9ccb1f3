"""The fast judge of phone numbers and the library never disagree."""

import random

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from threadline.lib import phones
from threadline.lib.phones import quick

COMMON = (
    "US",
    "CA",
    "GB",
    "DE",
    "FR",
    "AU",
    "IT",
    "ES",
    "NL",
    "IE",
    "NZ",
    "IN",
    "MX",
    "BR",
    "JP",
    "SE",
    "CH",
    "PL",
    "ZA",
)
TRICKY = ("PR", "BS", "GG", "KZ", "RU", "CN", "AR", "HU", "LT", "BY", "SM", "VA", "FI", "AX", "YT", "RE", "SG", "NO")
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def made_up(dice: random.Random) -> tuple[str, str]:
    """(text, region): an example of some kind of number, mostly with other digits, written in some way."""
    region = dice.choice(dice.choice((COMMON, COMMON, TRICKY, REGIONS)))
    kind = dice.choice(list(PhoneNumberType.values()))
    example = phonenumbers.example_number_for_type(region, kind) or phonenumbers.example_number(region)
    assert example
    digits = phonenumbers.national_significant_number(example)
    if dice.random() < 0.7:
        kept = dice.randint(0, len(digits))
        digits = digits[:kept] + "".join(dice.choice("0123456789") for _ in digits[kept:])
    digits = digits[dice.random() < 0.1 :] + dice.choice("0123456789") * (dice.random() < 0.1)
    code = str(phonenumbers.country_code_for_region(region))
    prefix = phonenumbers.ndd_prefix_for_region(region, True) or ""
    before = dice.choice(
        ("", "", prefix, prefix, f"+{code}", f"+{code}", f"+{code}{prefix}", code, f"00{code}", "011", "1")
    )
    letters = list(before + digits)
    for _ in range(dice.randint(0, 4)):
        letters.insert(dice.randint(0, len(letters)), dice.choice(" .-()"))
    return "".join(letters), region if dice.random() < 0.8 else dice.choice(REGIONS)


@pytest.mark.slow
def test_sixty_thousand_numbers_get_the_librarys_verdict():
    dice = random.Random(4)
    numbers = [made_up(dice) for _ in range(60_000)]
    assert [number for number in numbers if phones.parse(*number) != phones.judged(*number)] == []
    certain = sum(quick.judge(*number) is not None for number in numbers)
    assert certain > 15_000  # of which most are in use, in shapes that the library alone may settle otherwise


@settings(max_examples=500)
@given(st.text("+-(). \u00a00123456789", max_size=24), st.sampled_from((*COMMON, *TRICKY)))
def test_any_digits_get_the_librarys_verdict(text: str, region: str):
    assert phones.parse(text, region) == phones.judged(text, region)


@given(st.text(max_size=50), st.sampled_from(("US", "DE", "", "XX", "us", "É", "001")))
def test_any_text_and_any_region_get_the_librarys_verdict(text: str, region: str):
    assert phones.parse(text, region) == phones.judged(text, region)


@given(st.from_regex(r"(\+?1)?[2-9]\d{9}", fullmatch=True))
def test_ten_digits_in_north_america_get_the_librarys_verdict(text: str):
    assert phones.parse(text) == phones.judged(text)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("(415) 555-0132", "US"),
        ("1.416.555.0132", "CA"),
        ("+44 7912 345678", "US"),
        ("07912 345678", "GB"),
        ("0151 12345678", "DE"),
        ("06 12 34 56 78", "FR"),
        ("0412 345 678", "AU"),
    ],
)
def test_common_numbers_need_no_library(text: str, region: str):
    assert quick.judge(text, region) == phones.judged(text, region).e164


def test_ten_digits_that_nobody_has_need_no_library():
    assert quick.judge("(555) 555-0100", "US") == ""
    assert phones.parse("(555) 555-0100").reason is phones.Reason.NOT_IN_USE
    assert quick.judge("111 111 1111", "US") is None
