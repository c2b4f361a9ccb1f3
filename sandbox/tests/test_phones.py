"""Telephone numbers and their kinds."""

import pytest

from sandbox import geo, phones


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("+14155550110", "+14155550110"),
        ("(415) 555-0110", "+14155550110"),
        ("1 415 555 0110", "+14155550110"),
        ("+44 20 7946 0958", "+442079460958"),
        ("555-0110", None),
        ("+1415555011", None),
        ("+11155550110", None),
        ("hello", None),
        ("", None),
    ],
)
def test_what_counts_as_a_number(typed: str, normal: str | None) -> None:
    assert phones.normal(typed) == normal


@pytest.mark.parametrize(
    ("phone", "kind", "country"),
    [
        ("+18005550199", "toll-free", "US"),
        ("+14155550110", "local", "US"),
        ("+16135550140", "local", "CA"),
        ("+442079460958", "international", ""),
        ("73283", "short-code", ""),
    ],
)
def test_kinds_and_countries(phone: str, kind: str, country: str) -> None:
    assert (phones.kind(phone), phones.country(phone)) == (kind, country)


def test_names_and_short_codes_may_send() -> None:
    assert phones.is_address("ACME Inc") and phones.is_address("73283")
    assert not phones.is_address("<script>")


def test_places_are_known_by_area_code_or_left_empty() -> None:
    assert geo.fields("From", "+18135550100")["FromCity"] == "TAMPA"
    assert geo.fields("To", "+442079460958") == {"ToCity": "", "ToState": "", "ToZip": "", "ToCountry": ""}
