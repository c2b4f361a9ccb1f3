"""Which of the carrier's texts is which of ours: by body, one to one, tolerant of what the carrier changes in it."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Protocol, TypeVar

TRIAL_PREFIX = "Sent from your Twilio trial account - "

# What smart encoding does to the look of a text: compared after the same folding on both sides.
_FOLD = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ", "`": "'"})
_SPACE = re.compile(r"\s+")


class Ours(Protocol):
    @property
    def body(self) -> str: ...


class Theirs(Protocol):
    @property
    def body(self) -> str: ...


O = TypeVar("O", bound=Ours)  # noqa: E741
T = TypeVar("T", bound=Theirs)


def match(ours: Sequence[O], theirs: Sequence[T]) -> tuple[list[tuple[O, T]], list[O]]:
    """Pair texts to one person: (pairs, ambiguous).

    Equal bodies are interchangeable to the person who reads them, so n of ours against n or more of theirs are paired
    in order. Fewer of theirs than of ours: the oldest are paired, the rest counts as not found. A carrier's text whose
    body was redacted could be any of them: then what is left over is ambiguous.
    """
    groups: dict[str, list[O]] = {}
    for one in ours:
        groups.setdefault(fold(one.body), []).append(one)
    listed: dict[str, list[T]] = {}
    for other in theirs:
        listed.setdefault(fold(other.body), []).append(other)
    redacted = listed.get("", [])[len(groups.get("", ())) :]  # without words, and not answered by one of ours
    pairs: list[tuple[O, T]] = []
    ambiguous: list[O] = []
    for body, waiting in groups.items():
        there = listed.get(body, [])
        pairs += zip(waiting, there, strict=False)
        if redacted:
            ambiguous += waiting[len(there) :]
    return pairs, ambiguous


def fold(body: str) -> str:
    """The body without what the carrier may have added or replaced."""
    body = body.removeprefix(TRIAL_PREFIX).translate(_FOLD)
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", body)).strip()
