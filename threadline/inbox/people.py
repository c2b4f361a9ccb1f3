"""What a phone number tells about a person: what time it is where they are."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers

from threadline.lib import clock, phones


def local_time(address: str) -> datetime | None:
    """Now, where the number is at home; None when it may be in places whose clocks differ, or nowhere."""
    now = clock.now()
    times = {now.astimezone(ZoneInfo(name)).replace(tzinfo=None): name for name in zones(address)}
    return now.astimezone(ZoneInfo(next(iter(times.values())))) if len(times) == 1 else None


@lru_cache(maxsize=2048)
def zones(address: str) -> tuple[str, ...]:
    """The IANA zones the number may be in; () for short codes and names."""
    if not phones.is_e164(address):
        return ()
    from phonenumbers.timezone import time_zones_for_number  # its tables cost memory: only when somebody looks

    found = time_zones_for_number(phonenumbers.parse(address))
    return tuple(name for name in found if name != "Etc/Unknown")
