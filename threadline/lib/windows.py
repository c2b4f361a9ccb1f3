"""The hours of the day when something may happen, by the clocks on the walls of a time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

_AHEAD: Final = timedelta(days=4)  # a zone may skip a whole day (Samoa did), and a gap may swallow a window
_STEP: Final = timedelta(hours=12)  # no zone changes its clocks twice within it
_INSTANT: Final = timedelta(seconds=1)  # zones change their clocks at whole seconds


@dataclass(frozen=True, slots=True)
class Window:
    """Open from `start` until before `end`, every day, in the IANA zone `zone`; at any time when both are None.

    An hour that the clocks skip is not missed: the window opens when they jump over its start. An hour that they repeat
    counts twice, as the wall says.
    """

    zone: str
    start: time | None = None
    end: time | None = None

    def open_at(self, now: datetime) -> bool:
        if self.start is None or self.end is None:
            return True
        return self.start <= now.astimezone(ZoneInfo(self.zone)).time() < self.end

    def opens_after(self, now: datetime) -> datetime:
        """The first moment from `now` on when it is open, in UTC: `now` itself when it is."""
        return now.astimezone(UTC) if self.open_at(now) else self._turn(now, open=True)

    def closes_after(self, now: datetime) -> datetime | None:
        """When the window that is open at `now`, or the next one, closes, in UTC; None when it never does."""
        if self.start is None or self.end is None:
            return None
        return self._turn(self.opens_after(now), open=False)

    def _turn(self, now: datetime, open: bool) -> datetime:
        """The first moment after `now` when it opens or closes: at its own times, or when the clocks are changed."""
        moments = {*self._on_the_wall(now, self.start if open else self.end), *_changes(self.zone, now)}
        return min(at for at in moments if at > now and self.open_at(at) == open)

    def _on_the_wall(self, now: datetime, at: time | None) -> Iterator[datetime]:
        """Every moment of the next days when the clocks show `at`; some that they skip among them."""
        assert at is not None
        here = ZoneInfo(self.zone)
        today = now.astimezone(here).date()
        for days in range(-1, _AHEAD.days + 1):
            wall = datetime.combine(today + timedelta(days=days), at, here)
            yield from {wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}


def problem(zone: str, start: time | None, end: time | None) -> tuple[str, str] | None:
    """What is wrong with a window: the field at fault (timezone, window_start, window_end) and a sentence."""
    if zone not in zones():
        example = "America/New_York"
        sentence = _("There is no time zone “%(zone)s”. Write it like %(example)s.")
        return "timezone", sentence % {"zone": zone[:60], "example": example}
    if (start is None) != (end is None):
        missing = "window_start" if start is None else "window_end"
        return missing, _("Give both times, or neither to send at any time.")
    if start is not None and end is not None and end <= start:
        return "window_end", _("The end time has to be after the start time; a day ends at 23:59.")
    return None


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())


def _changes(zone: str, now: datetime) -> Iterator[datetime]:
    """When the clocks of a zone are changed in the days after `now`."""
    here, low = ZoneInfo(zone), now.astimezone(UTC)
    last = low + _AHEAD
    while low < last:
        high = low + _STEP
        if _offset(here, low) != _offset(here, high):
            yield _change(here, low, high)
        low = high


def _change(here: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second of the new time, between two moments of which the first has the old one."""
    before = _offset(here, low)
    low = low.replace(microsecond=0)
    high = high.replace(microsecond=0)
    while high - low > _INSTANT:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _offset(here, middle) == before else (low, middle)
    return high


def _offset(here: ZoneInfo, at: datetime) -> timedelta | None:
    return at.astimezone(here).utcoffset()
