"""Pairing texts of unknown outcome with the carrier's list."""

from dataclasses import dataclass

import pytest

from threadline.messaging.matching import match


@dataclass(frozen=True)
class Text:
    body: str
    name: str = ""


def names(ours: list[str], theirs: list[str]) -> tuple[int, int]:
    pairs, ambiguous = match([Text(body) for body in ours], [Text(body) for body in theirs])
    return len(pairs), len(ambiguous)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Hello", "Hello"),
        ("Hello", "Sent from your Twilio trial account - Hello"),
        ("It’s “here” – now…", 'It\'s "here" - now...'),
        ("two  spaces\n", "two spaces"),
    ],
)
def test_what_the_carrier_changes_in_a_body_does_not_hide_it(ours: str, theirs: str) -> None:
    assert names([ours], [theirs]) == (1, 0)


def test_another_text_to_the_same_person_is_not_ours() -> None:
    assert names(["Hello"], ["Hello?"]) == (0, 0)


def test_equal_bodies_pair_one_to_one() -> None:
    assert names(["Hi", "Hi", "Hi"], ["Hi", "Hi"]) == (2, 0)
    assert names(["Hi"], ["Hi", "Hi"]) == (1, 0)


def test_a_redacted_text_could_be_ours_so_a_person_decides() -> None:
    assert names(["Hello"], [""]) == (0, 1)
    assert names(["Hello"], ["Hello", ""]) == (1, 0)


def test_pictures_without_words_pair_too() -> None:
    assert names([""], [""]) == (1, 0)
    assert names(["", "Hello"], [""]) == (1, 0)
