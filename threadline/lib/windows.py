"""The hours of the day when something may happen, by the clocks on the walls of a time zone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

EVERY_DAY: Final = 127  # bit 0 is Monday
SHORTEST: Final = 5  # minutes of a day: in fewer hardly a text would leave and arrive
_AHEAD: Final = timedelta(days=16)  # a gap may swallow the window of one weekday, or a zone that day (Samoa did)
_STEP: Final = timedelta(hours=12)  # no zone changes its clocks twice within it
_INSTANT: Final = timedelta(seconds=1)  # zones change their clocks at whole seconds
_MIDNIGHT: Final = time(0)


@dataclass(frozen=True, slots=True)
class Window:
    """Open from `start` until before `end`, on the weekdays of `days`, in the IANA zone `zone`.

    Without times it is open all day. An end that is not after the start is on the next day: 21:00 to 08:00 is a night,
    of the day when it begins. An hour that the clocks skip is not missed: the window opens when they jump over its
    start. An hour that they repeat counts twice, as the wall says. Raises ValueError when `days` has no day.
    """

    zone: str
    start: time | None = None
    end: time | None = None
    days: int = EVERY_DAY

    def __post_init__(self) -> None:
        if not 0 < self.days <= EVERY_DAY:
            raise ValueError(f"no weekday: {self.days}")

    @property
    def always(self) -> bool:
        """Whether it never closes."""
        return self.days == EVERY_DAY and (self.start is None or self.end is None or self.start == self.end)

    def open_at(self, now: datetime) -> bool:
        wall = now.astimezone(ZoneInfo(self.zone))
        at, today = wall.time(), wall.weekday()
        if self.start is None or self.end is None:
            return self._on(today)
        if self.start < self.end:
            return self.start <= at < self.end and self._on(today)
        return (at >= self.start and self._on(today)) or (at < self.end and self._on(today - 1))

    def opens_after(self, now: datetime) -> datetime:
        """The first moment from `now` on when it is open, in UTC: `now` itself when it is."""
        return now.astimezone(UTC) if self.open_at(now) else _turn(self, now.astimezone(UTC), open=True)

    def closes_after(self, now: datetime) -> datetime | None:
        """When the window that is open at `now`, or the next one, closes, in UTC; None when it never does."""
        if self.always:
            return None
        return _turn(self, self.opens_after(now), open=False)

    def _on(self, weekday: int) -> bool:
        return bool(self.days >> weekday % 7 & 1)


@dataclass(frozen=True, slots=True)
class Together:
    """Several windows at once: open when all of them are. None at all are always open."""

    windows: tuple[Window, ...]

    def open_at(self, now: datetime) -> bool:
        return all(window.open_at(now) for window in self.windows)

    def opens_after(self, now: datetime) -> datetime | None:
        """The first moment from `now` on when all are open, in UTC; None when that never happens."""
        at = now.astimezone(UTC)
        last = at + _AHEAD
        while at < last:
            # No common moment can be before the last of them opens.
            later = max((window.opens_after(at) for window in self.windows), default=at)
            if later == at:
                return at
            at = later
        return None

    def closes_after(self, now: datetime) -> datetime | None:
        """When the first of them closes again after all are open; None when none does, or they are never all open."""
        opens = self.opens_after(now)
        if opens is None:
            return None
        closes = [window.closes_after(opens) for window in self.windows]
        return min((at for at in closes if at is not None), default=None)


def over(zones: Iterable[str], start: time | None, end: time | None, days: int = EVERY_DAY) -> Together:
    """The same hours by the clocks of several zones at once."""
    return Together(tuple(Window(zone, start, end, days) for zone in zones))


@lru_cache(maxsize=2048)  # a batch asks the same of everybody in a zone
def _turn(window: Window, now: datetime, open: bool) -> datetime:
    """The first moment after `now` when it opens or closes: at its own times, or when the clocks are changed."""
    start, end = (_MIDNIGHT, _MIDNIGHT) if window.start is None or window.end is None else (window.start, window.end)
    moments = {*_on_the_wall(window.zone, now, start if open else end), *_changes(window.zone, now)}
    return min(at for at in moments if at > now and window.open_at(at) == open)


def _on_the_wall(zone: str, now: datetime, at: time) -> Iterator[datetime]:
    """Every moment of the next days when the clocks show `at`; some that they skip among them."""
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    for days in range(-1, _AHEAD.days + 1):
        wall = datetime.combine(today + timedelta(days=days), at, here)
        yield from {wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}


def problem(zone: str, start: time | None, end: time | None, days: int = EVERY_DAY) -> tuple[str, str] | None:
    """What is wrong with sending hours: the field (timezone, window_start, window_end, window_days) and a sentence.

    They may not go over midnight, though a Window may.
    """
    if zone not in zones():
        example = "America/New_York"
        sentence = _("There is no time zone “%(zone)s”. Write it like %(example)s.")
        return "timezone", sentence % {"zone": zone[:60], "example": example}
    if (start is None) != (end is None):
        missing = "window_start" if start is None else "window_end"
        return missing, _("Give both times, or neither to send at any time.")
    if start is not None and end is not None and end <= start:
        return "window_end", _("The end time has to be after the start time; a day ends at 23:59.")
    if start is not None and end is not None and _minutes(end) - _minutes(start) < SHORTEST:
        return "window_end", _("The hours have to last at least %(n)d minutes.") % {"n": SHORTEST}
    if not 0 < days <= EVERY_DAY:
        return "window_days", _("Choose at least one day.")
    return None


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())


def _changes(zone: str, now: datetime) -> Iterator[datetime]:
    """When the clocks of a zone are changed in the days after `now`."""
    for days in range(_AHEAD.days + 1):
        yield from _changes_of_day(zone, now.date() + timedelta(days=days))


@lru_cache(maxsize=4096)
def _changes_of_day(zone: str, day: date) -> tuple[datetime, ...]:
    """When the clocks of a zone are changed on a day of UTC, or in the first second of the next."""
    here, midnight = ZoneInfo(zone), datetime.combine(day, _MIDNIGHT, UTC)
    halves = [(midnight, midnight + _STEP), (midnight + _STEP, midnight + 2 * _STEP)]
    return tuple(_change(here, *half) for half in halves if _offset(here, half[0]) != _offset(here, half[1]))


def _change(here: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second of the new time, between two whole seconds of which the first has the old one."""
    before = _offset(here, low)
    while high - low > _INSTANT:
        middle = (low + (high - low) // 2).replace(microsecond=0)
        low, high = (middle, high) if _offset(here, middle) == before else (low, middle)
    return high


def _offset(here: ZoneInfo, at: datetime) -> timedelta | None:
    return at.astimezone(here).utcoffset()
