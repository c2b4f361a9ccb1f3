"""Which characters of a step's text make it Unicode, what GSM-7 has in their place, and the text with that."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Final

from threadline.lib import segments

_TAG: Final = re.compile(r"(\{\{.*?\}\})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text. `replacement` is None where nothing forces Unicode, and where nothing can replace it."""

    text: str
    forces: bool = False
    replacement: str | None = None


@dataclass(frozen=True, slots=True)
class Character:
    """One that forces Unicode, however often it stands there."""

    character: str
    name: str
    count: int
    replacement: str | None


def pieces(body: str) -> list[Piece]:
    """The text of a step in order, with each character that forces Unicode apart. Placeholders are never touched."""
    found: list[Piece] = []
    for part in _TAG.split(body):
        place = 0
        offending = () if part.startswith("{{") else segments.measure(part).offending
        for one in offending:
            if one.position > place:
                found.append(Piece(part[place : one.position]))
            found.append(Piece(one.character, True, segments.replaceable(one.character)))
            place = one.position + 1
        if place < len(part):
            found.append(Piece(part[place:]))
    return found


def characters(body: str) -> list[Character]:
    """The same characters once each, in the order in which they come."""
    forcing = {piece.text: piece for piece in pieces(body) if piece.forces}
    counts = Counter(piece.text for piece in pieces(body) if piece.forces)
    return [Character(text, _name(text), counts[text], piece.replacement) for text, piece in forcing.items()]


def replaced(body: str) -> str:
    """The text with everything replaced that can be; the same text when nothing can."""
    parts = _TAG.split(body)
    return "".join(part if part.startswith("{{") else segments.plain(part) for part in parts)


def _name(character: str) -> str:
    """As people may know it: "left double quotation mark (U+201C)"."""
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "").lower()
    return f"{name} ({code})" if name else code
