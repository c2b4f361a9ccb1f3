"""What a text is expected to cost, in micro-USD, until the carrier has rated it. List prices of 2026-10."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rate:
    sms: int  # per segment
    mms: int  # per text with media


NORTH_AMERICA: Final = Rate(sms=8_300, mms=22_000)
ELSEWHERE: Final = Rate(sms=50_000, mms=50_000)


def estimate(to: str, segments: int, num_media: int) -> int:
    """The expected cost of one text to the address `to`."""
    rate = NORTH_AMERICA if to.startswith("+1") else ELSEWHERE
    return rate.mms if num_media else rate.sms * segments
