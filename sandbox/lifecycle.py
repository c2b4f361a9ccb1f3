"""The course of a text: which statuses it will pass, and how long each takes in real time."""

import random

from .faults import Faults

SECONDS = {
    "queued": 0.1,
    "sending": 0.2,
    "sent": 0.5,
    "delivered": 1.2,
    "undelivered": 1.6,
    "failed": 0.4,
    "read": 3.0,
    "rated": 3.0,
}
CODES = {"filtered": 30007, "landline": 30006, "unreachable": 30003}


def plan(faults: Faults, to: str, sender: str, by_service: bool) -> tuple[str, int | None]:
    """The statuses to come as `sending,sent,delivered:500,rated` (milliseconds on top), and the error code if any."""
    first = "queued," if by_service else ""
    wait = ""
    if faults.rules and (slow := faults.take("slow", to=to, sender=sender)):
        wait = f":{slow.ms or 10_000}"
    rule = faults.take("async_error", *CODES, to=to, sender=sender) if faults.rules else None
    if rule is not None:
        code = rule.code or CODES.get(rule.kind, 30008)
        if rule.status == "failed":
            return f"{first}failed{wait}", code
        return f"{first}sending,sent,undelivered{wait},rated", code
    if faults.rules and faults.take("no_receipt", to=to, sender=sender):
        return f"{first}sending,sent,rated", None
    if faults.rules and faults.take("read", to=to, sender=sender):
        return f"{first}sending,sent,delivered{wait},read,rated", None
    return f"{first}sending,sent,delivered{wait},rated", None


def split(life: str) -> tuple[str, float, str]:
    """The next step, the seconds that a fault adds to it, and the life after it."""
    head, _, rest = life.partition(",")
    step, _, extra = head.partition(":")
    return step, int(extra or 0) / 1000, rest


def pause(life: str, speed: str) -> float:
    """Seconds until the next step of a life."""
    step, extra, _ = split(life)
    usual = 0.0 if speed == "fast" else SECONDS.get(step, 0.5) * random.uniform(0.6, 1.5)
    return usual + extra
