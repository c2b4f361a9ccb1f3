"""The time zones of United States postal codes, by their first three digits. Written by us in 2026, reviewed by hand.

Where a county of a prefix keeps another time than its neighbours, the prefix has both: better an hour less than a text
at night.
"""

from functools import cache
from typing import Final

_ZONES: Final = {
    "E": "America/New_York",
    "C": "America/Chicago",
    "M": "America/Denver",
    "Z": "America/Phoenix",  # Arizona, but for the Navajo Nation, does not change its clocks
    "P": "America/Los_Angeles",
    "A": "America/Anchorage",
    "D": "America/Adak",
    "H": "Pacific/Honolulu",
    "S": "Pacific/Pago_Pago",
    "G": "Pacific/Guam",
    "U": "Pacific/Palau",
    "K": "Pacific/Chuuk",
    "O": "Pacific/Pohnpei",
    "J": "Pacific/Majuro",
    "R": "America/Puerto_Rico",
}

# First prefix of a range that ends where the next one begins, and its zones. "" is nowhere: military post follows its
# ships, and some prefixes are not in use.
_RANGES: Final = (
    *((0, ""), (5, "E"), (6, "R"), (10, "E"), (90, ""), (100, "E")),
    *((324, "EC"), (325, "C"), (326, "E"), (340, ""), (341, "E")),  # the Florida panhandle
    *((350, "C"), (368, "EC"), (369, "C")),  # Alabama; Phenix City goes by Georgia's clocks
    *((370, "C"), (373, "EC"), (375, "C"), (376, "E"), (380, "C")),  # Tennessee
    *((398, "E"), (401, "EC"), (402, "E"), (420, "C"), (425, "EC"), (428, "E")),  # Kentucky
    *((463, "C"), (465, "EC"), (466, "E"), (475, "EC"), (476, "C"), (478, "E"), (479, "EC")),  # Indiana
    *((480, "E"), (498, "EC")),  # Michigan
    *((500, "C"), (569, "E"), (570, "C"), (575, "CM"), (577, "M")),  # Iowa to South Dakota; 569 is in Washington, D.C.
    *((580, "C"), (585, "CM"), (587, "C"), (588, "CM"), (589, ""), (590, "M")),  # North Dakota, Montana
    *((600, "C"), (677, "CM"), (680, "C"), (690, "CM"), (693, "M"), (694, ""), (700, "C")),  # Kansas, Nebraska
    *((798, "CM"), (799, "M"), (835, "MP"), (836, "M"), (838, "P"), (839, ""), (840, "M")),  # El Paso, Idaho
    *((850, "Z"), (860, "MZ"), (861, "Z"), (865, "MZ"), (866, ""), (870, "M")),  # Arizona
    *((889, "P"), (898, "MP"), (899, ""), (900, "P"), (962, "")),  # Nevada, California
    *((967, "H"), (969, "GUKOJ"), (970, "P"), (979, "MP"), (980, "P"), (995, "AD"), (996, "A")),  # the Pacific
)
_BY_ITSELF: Final = {"96799": "S"}  # American Samoa, amid Hawaii's


def zones(postal_code: str) -> tuple[str, ...]:
    """Every zone that somebody with this five-digit code may be in; none when the code is nowhere."""
    if letter := _BY_ITSELF.get(postal_code):
        return (_ZONES[letter],)
    return _by_prefix()[int(postal_code[:3])]


@cache
def _by_prefix() -> list[tuple[str, ...]]:
    table: list[tuple[str, ...]] = []
    ends = [first for first, _letters in _RANGES[1:]] + [1000]
    for (first, letters), end in zip(_RANGES, ends, strict=True):
        table += [tuple(_ZONES[letter] for letter in letters)] * (end - first)
    return table
