"""Segments are counted by packing, as Twilio's own calculator does."""

import pytest

from sandbox.segments import count, is_gsm
from sandbox.smart import encode


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 158 + "€", 1),
        ("a" * 159 + "€", 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("✓" * 70, 1),
        ("✓" * 71, 2),
        ("✓" * 134, 2),
        ("✓" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),
        ("✓" * 66 + "😀" + "✓" * 66, 3),
        ("’" + "a" * 159, 3),
        ("[]", 1),
    ],
)
def test_the_contract_table(body: str, segments: int) -> None:
    assert count(body) == segments


@pytest.mark.parametrize("char", "çêâîôûëïáíóú`’“–…\t😀")
def test_these_are_not_gsm(char: str) -> None:
    assert not is_gsm(char)


def test_smart_encoding_brings_a_text_back_to_gsm() -> None:
    assert count(encode("’" + "a" * 159)) == 1
    assert encode("“½” – ok…") == '"1/2" - ok...'
    assert encode("çê") == "çê"
