"""What a phone number tells about a person: what time it is where they are."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers

from threadline.lib import clock, phones


def local_time(address: str) -> datetime | None:
    """What clocks show where the number is at home (without a zone); None when they differ there, or nobody knows."""
    now = clock.now()
    shown = {now.astimezone(ZoneInfo(name)).replace(tzinfo=None) for name in zones(address)}
    return shown.pop() if len(shown) == 1 else None


@lru_cache(maxsize=2048)
def zones(address: str) -> tuple[str, ...]:
    """The IANA zones the number may be in; () for short codes and names."""
    if not phones.is_e164(address):
        return ()
    from phonenumbers.timezone import time_zones_for_number  # its tables cost memory: only when somebody looks

    found = time_zones_for_number(phonenumbers.parse(address))
    return tuple(name for name in found if name != "Etc/Unknown")
