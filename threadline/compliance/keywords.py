"""Opt-out, opt-in and help words as data with dates, and which of them a text is."""

import re
import string
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a keyword asks for; the names are those of Twilio's OptOutType."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


@dataclass(frozen=True, slots=True)
class Word:
    """A keyword in capitals. `since`: when carriers or the law began to honour it; `toll_free`: so it is there."""

    word: str
    kind: Kind
    since: date
    toll_free: bool
    source: str


_TWILIO, _FCC = "Twilio's default keywords", "FCC 24-24, words that revoke by themselves"
_LONG_AGO, _2025 = date(2012, 1, 1), date(2025, 4, 11)

WORDS: tuple[Word, ...] = (
    Word("STOP", Kind.STOP, _LONG_AGO, True, _TWILIO),
    Word("STOPALL", Kind.STOP, _LONG_AGO, False, _TWILIO),
    Word("UNSUBSCRIBE", Kind.STOP, _LONG_AGO, False, _TWILIO),
    Word("CANCEL", Kind.STOP, _LONG_AGO, False, _TWILIO),
    Word("END", Kind.STOP, _LONG_AGO, False, _TWILIO),
    Word("QUIT", Kind.STOP, _LONG_AGO, False, _TWILIO),
    Word("REVOKE", Kind.STOP, _2025, False, _TWILIO),
    Word("OPTOUT", Kind.STOP, _2025, False, _TWILIO),
    Word("OPT OUT", Kind.STOP, _2025, False, _FCC),
    Word("START", Kind.START, _LONG_AGO, True, _TWILIO),
    Word("YES", Kind.START, _LONG_AGO, False, _TWILIO),
    Word("UNSTOP", Kind.START, _LONG_AGO, True, _TWILIO),
    Word("HELP", Kind.HELP, _LONG_AGO, True, _TWILIO),
    Word("INFO", Kind.HELP, _LONG_AGO, True, _TWILIO),
)


def by_kind() -> dict[Kind, list[Word]]:
    """All keywords, as a page lists them."""
    return {kind: [word for word in WORDS if word.kind is kind] for kind in Kind}


@dataclass(frozen=True, slots=True)
class Keyword:
    """What a text turned out to be: its kind, the word as sent ("" when only the carrier said so)."""

    kind: Kind
    word: str


_BY_WORD = {entry.word: entry for entry in WORDS}
_LONGEST = 40  # letters and the punctuation people put around them; nothing longer can be a keyword
_LONGEST_WORD = max(map(len, _BY_WORD)) + 2
_PUNCTUATION = string.punctuation + string.whitespace
_NOISE = re.compile(r"^[\W_]+|[\W_]+$")
_GAPS = re.compile(r"[\s\-\u2010-\u2015]+")
_INVISIBLE = dict.fromkeys([0x00, 0x200B, 0x200C, 0x200D, 0x2060, 0xFE0E, 0xFE0F, 0xFEFF])


def classify(body: str, toll_free: bool = False, opt_out_type: str = "") -> Keyword | None:
    """Which keyword the whole of `body` is; None for an ordinary text.

    `opt_out_type` is the parameter Twilio adds with Advanced Opt-Out, and decides when present. To stop, the word may
    wear punctuation ("Stop!", "opt-out"); to start again it must stand alone, as the carrier demands it. Every stop
    word counts on every line, because the law says so; a toll-free line takes START and UNSTOP, but not YES.
    """
    kind = opt_out_type.strip().upper()
    if kind in Kind.__members__:
        return Keyword(Kind(kind), _plain(body) if len(body) <= _LONGEST else "")
    if not body or len(body) > _LONGEST:
        return None
    plain = _plain(body)
    core = plain.strip(_PUNCTUATION) if plain.isascii() else _NOISE.sub("", plain)
    if len(core) > _LONGEST_WORD:
        return None
    exact = _BY_WORD.get(plain)
    if exact is not None and not (toll_free and exact.kind is Kind.START and not exact.toll_free):
        return Keyword(exact.kind, exact.word)
    near = _BY_WORD.get(_GAPS.sub(" ", core))
    return Keyword(near.kind, near.word) if near is not None and near.kind is Kind.STOP else None


def is_toll_free(line: str) -> bool:
    """Whether a line of ours is a North American toll-free number."""
    return line[:5] in _TOLL_FREE and len(line) == 12


_TOLL_FREE = frozenset(f"+1{code}" for code in (800, 833, 844, 855, 866, 877, 888))


def _plain(body: str) -> str:
    if body.isascii() and "\x00" not in body:
        return body.strip().upper()
    return unicodedata.normalize("NFKC", body).translate(_INVISIBLE).strip().upper()
