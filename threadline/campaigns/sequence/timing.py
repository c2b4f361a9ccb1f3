"""When somebody's next step is due: by a wait, at a date, or at a date of their own. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence import dates
from threadline.campaigns.sequence.steps import Sequence, Stage, Timing

_FIRST_ZONE: Final = "Etc/GMT-14"  # where every day begins
_LAST_ZONE: Final = "Etc/GMT+12"
_YEARS: Final = range(1800, 2400)
_MOST_YEARS: Final = 9  # between two 29ths of February


@dataclass(frozen=True, slots=True)
class Clock:
    """The campaign's zone, the zones that the person may be in (several: nobody knows which), their custom fields."""

    campaign: str
    person: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Next:
    stage: Stage
    due: datetime


def following(sequence: Sequence, position: int, ready_at: datetime, clock: Clock) -> Next | None:
    """The next step of somebody who got the one at `position` at `ready_at`; None when none is left for them.

    0 stands for nobody's step: then `ready_at` is when they joined. A date that had passed by then is left out, and so
    is what should have followed it after some hours: nobody gets a second message without the first.
    """
    left_out = False
    for stage in sequence:
        if stage.position <= position or stage.removed:
            continue
        if stage.timing == Timing.AFTER:
            if not left_out:
                return Next(stage, ready_at + sequence.wait_after(position))
            continue
        due = moment(stage, clock, ready_at)
        if due is not None and due >= ready_at:
            return Next(stage, due)
        left_out = True
    return None


def moment(stage: Stage, clock: Clock, ready_at: datetime) -> datetime | None:
    """When a step at a date is due; None when the person has no such date."""
    if stage.timing == Timing.AT:
        return None if stage.at_date is None else _on_the_wall(stage, stage.at_date, clock)
    day = dates.read(clock.fields.get(stage.field_key))
    if day is None:
        return None
    if not stage.yearly:
        # A year out of all reason stands for "never" or "unknown": it is no date to text anybody at.
        return _on_the_wall(stage, day + timedelta(days=stage.offset_days), clock) if day.year in _YEARS else None
    first = ready_at.year - 1
    moments = (_anniversary(stage, day, year, clock) for year in range(first, first + _MOST_YEARS))
    return next((at for at in moments if at >= ready_at), None)


def wall(zone: str, day: date, at: time) -> datetime:
    """The moment when clocks in `zone` show that, in UTC: the first of two, and an hour on where they skip it."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def earliest(stage: Stage, zone: str) -> datetime | None:
    """The moment before which a step at a date is due for nobody; None for other steps."""
    if stage.timing != Timing.AT or stage.at_date is None:
        return None
    return wall(zone if stage.zone == Campaign.Zone.CAMPAIGN else _FIRST_ZONE, stage.at_date, stage.at_time or time())


def latest(stage: Stage, zone: str) -> datetime | None:
    """The moment after which a step at a date is late for everybody; None for other steps."""
    if stage.timing != Timing.AT or stage.at_date is None:
        return None
    return wall(zone if stage.zone == Campaign.Zone.CAMPAIGN else _LAST_ZONE, stage.at_date, stage.at_time or time())


def bounds(sequence: Sequence, zone: str, now: datetime) -> list[tuple[int, datetime]]:
    """Where somebody may be due now: (position, moment): those who came to that position at that moment or before."""
    found = []
    for position in (0, *(stage.position for stage in sequence)):
        stage = sequence.after(position)
        if stage is None:
            continue
        if stage.timing == Timing.AFTER:
            found.append((position, now - sequence.wait_after(position)))
        elif (first := earliest(stage, zone)) is None or first <= now:
            found.append((position, now))
    return found


def _on_the_wall(stage: Stage, day: date, clock: Clock) -> datetime:
    """In the zone of a person whom several would fit, when it has come in all of them."""
    zones = clock.person if stage.zone == Campaign.Zone.PERSON and clock.person else (clock.campaign,)
    return max(wall(zone, day, stage.at_time or time()) for zone in zones)


def _anniversary(stage: Stage, day: date, year: int, clock: Clock) -> datetime:
    """On the 28th in years that have no 29th of February."""
    leap = day.month == 2 and day.day == 29 and (year % 4 != 0 or (year % 100 == 0 and year % 400 != 0))
    in_year = date(year, 2, 28) if leap else day.replace(year=year)
    return _on_the_wall(stage, in_year + timedelta(days=stage.offset_days), clock)
