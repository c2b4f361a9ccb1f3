"""Billed parts of a text: GSM-7 or UCS-2, counted by packing, because a two-unit character never straddles parts."""

from collections.abc import Iterable

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "^{}\\[]~|€\f"
GSM = frozenset(BASIC + EXTENDED)
TWO_UNITS = frozenset(EXTENDED)


def is_gsm(body: str) -> bool:
    """Whether every character is in GSM 03.38 basic or extension."""
    return GSM.issuperset(body)


def count(body: str) -> int:
    """How many segments a body is billed as; an empty body is one."""
    if is_gsm(body):
        if TWO_UNITS.isdisjoint(body):
            return 1 if len(body) <= 160 else -(-len(body) // 153)
        return _pack((2 if char in TWO_UNITS else 1 for char in body), single=160, part=153)
    return _pack((2 if ord(char) > 0xFFFF else 1 for char in body), single=70, part=67)


def _pack(widths: Iterable[int], single: int, part: int) -> int:
    total, parts, room = 0, 1, part
    for width in widths:
        total += width
        if width > room:
            parts, room = parts + 1, part
        room -= width
    return 1 if total <= single else parts
