"""Time as the API writes it: seconds since the epoch inside, RFC 2822 or ISO 8601 in UTC outside."""

import time
from datetime import UTC, datetime
from email.utils import format_datetime

DAY = 86_400.0


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def rfc2822(moment: float | None) -> str | None:
    """`Thu, 24 Aug 2023 05:01:45 +0000`, or None for None."""
    if moment is None:
        return None
    return format_datetime(datetime.fromtimestamp(int(moment), UTC))


def iso(moment: float | None) -> str | None:
    """`2023-08-24T05:01:45Z`, or None for None."""
    if moment is None:
        return None
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(text: str) -> float:
    """Read an ISO 8601 date or date-time (no zone means UTC). Raises ValueError."""
    moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def is_day(text: str) -> bool:
    """Whether the text is a bare date such as `2023-08-24`."""
    return len(text.strip()) == 10


def carrier_stamp(moment: float) -> str:
    """The carrier's own receipt time `YYMMDDhhmm` (RawDlrDoneDate)."""
    return datetime.fromtimestamp(moment, UTC).strftime("%y%m%d%H%M")
