"""The time zones that a phone number's area code is in, by the phonenumbers library's data."""

from functools import cache, lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException

from threadline.lib import windows


class Known(NamedTuple):
    """IANA names, none when nothing is known; `area` is "" when the number tells no more than its country."""

    names: tuple[str, ...]
    area: str


_NOTHING = Known((), "")


def zones(address: str) -> Known:
    """Every zone of a number's area code, or of its country; nothing for toll-free numbers and other addresses."""
    e164 = address.removeprefix("whatsapp:")
    if e164.startswith("+1"):
        return Known(_north_american().get(e164[2:5], ()), e164[2:5]) if len(e164) == 12 else _NOTHING
    return _abroad(e164) if e164.startswith("+") else _NOTHING


@cache
def _north_american() -> dict[str, tuple[str, ...]]:
    """Area codes with every zone that any of their numbers was given out in.

    Numbers move with their owners: what is known of single exchanges is not narrower than the whole area code.
    """
    from phonenumbers.tzdata import TIMEZONE_DATA  # megabytes that only quiet hours and people's own clocks need

    found: dict[str, set[str]] = {}
    for prefix, names in TIMEZONE_DATA.items():
        if prefix.startswith("1") and len(prefix) >= 4:
            found.setdefault(prefix[1:4], set()).update(names)
    return {code: _existing(sorted(names)) for code, names in found.items()}


@lru_cache(maxsize=4096)
def _abroad(e164: str) -> Known:
    from phonenumbers.timezone import time_zones_for_number
    from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return _NOTHING
    names, code = time_zones_for_number(number), str(number.country_code)
    if names == TIMEZONE_DATA.get(code):
        return Known(_existing(names), "")
    length = next((n for n in range(TIMEZONE_LONGEST_PREFIX, 0, -1) if e164[1 : 1 + n] in TIMEZONE_DATA), 0)
    return Known(_existing(names), e164[1 + len(code) : 1 + length])


def _existing(names: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name in windows.zones())
