"""How many billed parts a text has: GSM-7 or UCS-2, counted by packing as the network does it."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

TRIAL_PREFIX = "Sent from your Twilio trial account - "

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "^{}\\[]~|€\f"  # two units each: an escape, then the character

_only_basic = re.compile(f"[{re.escape(_BASIC)}]*").fullmatch
_only_gsm = re.compile(f"[{re.escape(_BASIC + _EXTENSION)}]*").fullmatch
_only_bmp = re.compile("[\u0000-\uffff]*").fullmatch
_not_gsm = re.compile(f"[^{re.escape(_BASIC + _EXTENSION)}]")
_wide_gsm = frozenset(_EXTENSION)

# What smart encoding puts in the place of look-alikes. Letters with accents stay as they are.
_LOOK_ALIKES = {
    '"': "«»“”„‟ʺˮ❝❞〝〞",
    "'": "‘’‛´`ʹʻʼʽˈˊˋ‗❛❜\u0313\u0314\ufe10\ufe11",
    "-": "‐–—―•⁃⎼⎽\ufe63",
    "/": "÷⁄∕⧸\u0337\u0338",
    "\\": "⧵⧹\u20e5\ufe68",
    "_": "\u0332",
    "|": "∣⎸⎹⏐⎜⎟\u20d2\u20d3",
    ",": "‚、､\u0326\ufe50\ufe51",
    ".": "。｡\ufe52",
    ";": "⁏\ufe14\ufe54",
    ":": "ː˸⦂꞉\ufe13",
    "!": "ǃ\ufe15\ufe57",
    "?": "\ufe16\ufe56",
    "*": "⁎∗⊛✢✣✤✥✱✲✳✺✻✼✽❃❉❊❋⧆\ufe61",
    "+": "˖\ufe62",
    "=": "꞊\u0347\ufe66",
    "<": "›\ufe64",
    ">": "‹\ufe65",
    "(": "❨❪⟮⦅\ufe59",
    ")": "❩❫⟯⦆\ufe5a",
    "{": "❴\ufe5b",
    "}": "❵\ufe5c",
    "~": "˜˷∼\u0303\u0330\u0334",
    "^": "ˆ\u0302\u1dcd",
    "@": "\ufe6b",
    "$": "\ufe69",
    "#": "\ufe5f",
    "%": "\ufe6a",
    "&": "\ufe60",
    " ": "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    "\u0080\u008d\u0090\u009b\u009f",
    "": "\u0000\u0003\u0004\u0010\u0011\u0012\u0013\u0014\u0017\u0019\u200b\u2060\ufeff",
}
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "ABCDEFGHIJKLMNOPRSTUVWYZ", strict=True))
_FULL_WIDTH = {
    chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F) if chr(code) not in "`" and not 0x61 <= code <= 0x7A
}
_OTHERS = {"…": "...", "‼": "!!", "¼": "1/4", "½": "1/2", "¾": "3/4", "\t": " " * 7}
_SMART = str.maketrans(
    {
        **{like: plain for plain, likes in _LOOK_ALIKES.items() for like in likes},
        **_SMALL_CAPITALS,
        **_FULL_WIDTH,
        **_OTHERS,
    }
)
# Letters whose stroke is no accent to Unicode, and signs that people put for a bullet or an arrow.
_NEXT_TO = {
    like: plain
    for plain, likes in {
        "l": "ł",
        "L": "Ł",
        "d": "đð",
        "D": "ĐÐ",
        "h": "ħ",
        "H": "Ħ",
        "i": "ı",
        "n": "ŋ",
        "s": "ſ",
    }.items()
    for like in likes
} | {"œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ẞ": "SS", "→": "->", "←": "<-", "·": "-", "●": "*", "✓": "*"}


@dataclass(frozen=True, slots=True)
class Offender:
    """A character that forces UCS-2, with its place in the text (counted in characters from 0)."""

    position: int
    character: str


@dataclass(frozen=True, slots=True)
class Segments:
    """A text's billing: `units` of its encoding in `segments` parts of at most `per_segment` units each.

    `remaining` units fit before the next part begins. `offending` are the characters that made it UCS-2.
    """

    encoding: Encoding
    units: int
    segments: int
    remaining: int
    per_segment: int
    offending: tuple[Offender, ...] = ()


def measure(text: str, smart: bool = False) -> Segments:
    """Count a text's segments; with `smart`, as Twilio's smart encoding would send it. The empty text is one."""
    sent = text.translate(_SMART) if smart else text
    if _only_gsm(sent):
        units, segments, left = _pack(sent, 160, 153, wide=_wide_gsm, plain=_only_basic(sent) is not None)
        return Segments("GSM-7", units, segments, left, 160 if segments == 1 else 153)
    units, segments, left = _pack(sent, 70, 67, wide=None, plain=_only_bmp(sent) is not None)
    return Segments("UCS-2", units, segments, left, 70 if segments == 1 else 67, _offenders(text, smart))


def simplified(text: str) -> str:
    """Replace look-alikes (curly quotes, dashes, wide spaces …) by their GSM-7 form, as smart encoding does."""
    return text.translate(_SMART)


def replaceable(character: str) -> str | None:
    """What GSM-7 has for a character that forces UCS-2: its look-alike, or the letter without its accent.

    None for what has no equal there (emoji, other scripts); "" for what nobody sees.
    """
    smart = character.translate(_SMART)
    if _only_gsm(smart):
        return smart
    next_to = _NEXT_TO.get(character) or unicodedata.normalize("NFKD", character)
    letters = "".join(one for one in next_to if not unicodedata.combining(one)).translate(_SMART)
    return letters if letters and _only_gsm(letters) else None


def plain(text: str) -> str:
    """The text with `replaceable` characters replaced: accents that GSM-7 has not are lost, nothing else is."""
    return _not_gsm.sub(lambda found: _or_itself(replaceable(found[0]), found[0]), unicodedata.normalize("NFC", text))


def _or_itself(replacement: str | None, character: str) -> str:
    return character if replacement is None else replacement


def _pack(text: str, alone: int, each: int, wide: frozenset[str] | None, plain: bool) -> tuple[int, int, int]:
    """Return (units, segments, units left in the last): a character of two units is never split over segments."""
    if plain:
        units = len(text)
        if units <= alone:
            return units, 1, alone - units
        segments = -(-units // each)
        return units, segments, segments * each - units
    widths = [2 if (char in wide if wide is not None else char > "\uffff") else 1 for char in text]
    units = sum(widths)
    if units <= alone:
        return units, 1, alone - units
    segments, used = 1, 0
    for width in widths:
        if used + width > each:
            segments, used = segments + 1, 0
        used += width
    return units, segments, each - used


def _offenders(text: str, smart: bool) -> tuple[Offender, ...]:
    found = (Offender(match.start(), match[0]) for match in _not_gsm.finditer(text))
    if smart:
        return tuple(each for each in found if not _only_gsm(each.character.translate(_SMART)))
    return tuple(found)
