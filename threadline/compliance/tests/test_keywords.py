"""Which texts are keywords: the words are data, the match is the whole text."""

import pytest

from threadline.compliance.keywords import WORDS, Kind, classify, is_toll_free

TWILIO_STOPS = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]


@pytest.mark.parametrize("word", [*TWILIO_STOPS, "OPT OUT"])
@pytest.mark.parametrize("toll_free", [False, True])
def test_every_stop_word_stops_on_every_line(word: str, toll_free: bool) -> None:
    found = classify(word.lower(), toll_free)
    assert found is not None
    assert (found.kind, found.word) == (Kind.STOP, word)


@pytest.mark.parametrize(
    "body",
    [
        "stop",
        " STOP \n",
        "Stop.",
        "“Stop”",
        "stop!!!",
        "STOP 🛑",
        "opt-out",
        "Opt  out.",
        "\u200bstop",
        "ＳＴＯＰ",
        "stop\x00",
    ],
)
def test_dress_does_not_hide_a_stop(body: str) -> None:
    found = classify(body)
    assert found is not None
    assert found.kind is Kind.STOP


@pytest.mark.parametrize("body", ["", " ", "please stop", "STOP this terrible bill", "Stop. Thank you", "nonstop"])
def test_an_ordinary_text_is_no_keyword(body: str) -> None:
    assert classify(body) is None


@pytest.mark.parametrize("word", ["START", "YES", "UNSTOP"])
def test_start_words_stand_alone(word: str) -> None:
    found = classify(f" {word.lower()} ")
    assert found is not None
    assert found.kind is Kind.START
    assert classify(f"{word}!") is None


def test_yes_does_not_start_a_toll_free_line() -> None:
    assert classify("YES", toll_free=True) is None
    assert classify("UNSTOP", toll_free=True) is not None


def test_help_words_are_told() -> None:
    assert [found.kind for word in ("help", "INFO") if (found := classify(word))] == [Kind.HELP, Kind.HELP]


def test_twilios_own_verdict_wins_over_the_words() -> None:
    custom = classify("ARRET", opt_out_type="STOP")
    assert custom is not None
    assert (custom.kind, custom.word) == (Kind.STOP, "ARRET")
    turned = classify("stop", opt_out_type="start")
    assert turned is not None
    assert turned.kind is Kind.START
    unknown = classify("stop", opt_out_type="SOMETHING")
    assert unknown is not None
    assert unknown.kind is Kind.STOP


def test_every_word_says_since_when_and_who_says_so() -> None:
    assert {entry.word for entry in WORDS if entry.kind is Kind.STOP} == {*TWILIO_STOPS, "OPT OUT"}
    assert all(entry.source and entry.since.year >= 2010 for entry in WORDS)
    assert [entry.word for entry in WORDS if entry.toll_free] == ["STOP", "START", "UNSTOP", "HELP", "INFO"]


@pytest.mark.parametrize(("line", "expected"), [("+18335550100", True), ("+12125550100", False), ("833555", False)])
def test_toll_free_lines_are_known_by_their_prefix(line: str, expected: bool) -> None:
    assert is_toll_free(line) is expected
