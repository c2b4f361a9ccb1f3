"""When a step goes, as it was filled in: checked field by field, and against the steps around it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date, parse_time
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from threadline.campaigns.models import Campaign, Step
from threadline.campaigns.sequence import timing
from threadline.campaigns.sequence.steps import Stage
from threadline.compliance import zones

Timing = Step.Timing
MOST_DAYS: Final = 365  # before or after a date of the person
MOST_YEARS: Final = 10  # ahead


@dataclass(frozen=True, slots=True)
class When:
    """The columns of a step that say when it goes. Dates, times and numbers may still be what somebody typed."""

    timing: str = Timing.AFTER
    at_date: date | str | None = None
    at_time: time | str | None = None
    zone: str = Campaign.Zone.CAMPAIGN
    field_key: str = ""
    offset_days: int | str = 0
    yearly: bool = False

    @classmethod
    def of(cls, step: Step | Stage) -> "When":
        """As it is saved."""
        return cls(
            step.timing, step.at_date, step.at_time, step.zone, step.field_key, step.offset_days, bool(step.yearly)
        )

    def columns(self) -> dict[str, Any]:
        """For a row of Step, once it is checked."""
        return {name: getattr(self, name) for name in self.__slots__}


def check(when: When, name: str, custom_keys: Collection[str], now: datetime, errors: dict[str, str]) -> When:
    """In its own types, without what its timing does not use; errors as `name`.at_date: sentence."""
    if when.timing not in Timing.values:
        errors[f"{name}.timing"] = _("Choose when this message goes: %(choice)s.") % {
            "choice": ", ".join(str(label) for label in Timing.labels)
        }
    if when.timing not in (Timing.AT, Timing.FIELD):
        return When()
    if when.zone not in Campaign.Zone.values:
        errors[f"{name}.zone"] = _("Choose whose clock counts: the campaign's or each person's.")
    at_time = _time(when.at_time, f"{name}.at_time", errors)
    if when.timing == Timing.AT:
        return When(when.timing, _date(when.at_date, f"{name}.at_date", now, errors), at_time, when.zone)
    if when.field_key not in custom_keys:
        errors[f"{name}.field_key"] = _unknown_field(when.field_key, custom_keys)
    days = _days(when.offset_days, f"{name}.offset_days", errors)
    return When(when.timing, None, at_time, when.zone, when.field_key, days, bool(when.yearly))


def in_the_past(stage: Stage, zone: str, now: datetime) -> str:
    """Why a message that nobody has got yet cannot go at its date; "" when it can. `zone` is the campaign's."""
    last = timing.latest(stage, zone)
    if last is None or last > now or stage.at_date is None or stage.at_time is None:
        return ""
    return _("%(moment)s has passed. Choose a later time.") % {"moment": moment_words(stage.at_date, stage.at_time)}


def out_of_order(stages: Sequence[Stage], zone: str) -> dict[int, str]:
    """{place: sentence} for each step that would go before the one it follows; by the campaign's clocks."""
    wrong: dict[int, str] = {}
    earliest: datetime | None = None
    before: Stage | None = None
    for place, stage in enumerate(stages):
        if stage.timing == Timing.AFTER and earliest is not None and before is not None:
            earliest += before.wait
        elif stage.timing == Timing.AT and stage.at_date is not None:
            at = timing.wall(zone, stage.at_date, stage.at_time or time())
            if earliest is not None and at <= earliest:
                wrong[place] = _too_early(earliest, zone)
            else:
                earliest = at
        elif stage.timing == Timing.FIELD and before is not None and _before_the_same(stage, before):
            wrong[place] = _("It would go before the message that it follows. Choose a later day or time.")
        before = stage
    return wrong


def clock_note(when: When, zone: str) -> str:
    """What people may not expect of a date and time, when the clocks of the campaign's `zone` change; else ""."""
    if when.timing != Timing.AT or when.zone != Campaign.Zone.CAMPAIGN:
        return ""
    day, at = when.at_date, when.at_time
    if not isinstance(day, date) or not isinstance(at, time):
        return ""
    here = ZoneInfo(zone)
    goes = timing.wall(zone, day, at).astimezone(here)
    words = {"time": f"{at:%H:%M}", "day": date_format(day, "j F"), "place": zones.place(zone), "goes": f"{goes:%H:%M}"}
    if goes.time() != at:
        return _("%(time)s does not exist on %(day)s in %(place)s; it will go at %(goes)s.") % words
    wall = datetime.combine(day, at, here)
    if wall.utcoffset() != wall.replace(fold=1).utcoffset():
        return _("%(time)s comes twice on %(day)s in %(place)s; it will go the first time.") % words
    return ""


def moment_words(day: date, at: time) -> str:
    """ "8 March 2027, 09:00"."""
    return f"{date_format(day, 'j F Y')}, {at:%H:%M}"


def _before_the_same(stage: Stage, before: Stage) -> bool:
    """Both by the same date of the person, and not in their order."""
    if (stage.timing, stage.field_key, stage.yearly) != (before.timing, before.field_key, before.yearly):
        return False
    return (stage.offset_days, stage.at_time or time()) <= (before.offset_days, before.at_time or time())


def _too_early(earliest: datetime, zone: str) -> str:
    here = earliest.astimezone(ZoneInfo(zone))
    sentence = _("It follows a message that goes %(moment)s at the earliest. Choose a later time.")
    return sentence % {"moment": moment_words(here.date(), here.time())}


def _date(given: date | str | None, name: str, now: datetime, errors: dict[str, str]) -> date | None:
    if isinstance(given, date):
        found: date | None = given
    else:
        try:
            found = parse_date((given or "").strip())
        except ValueError:
            found = None
    if found is None:
        errors[name] = _("Give the date on which this message goes, like %(example)s.") % {
            "example": (now + timedelta(days=7)).date().isoformat()
        }
    elif not now.year - MOST_YEARS <= found.year <= now.year + MOST_YEARS:
        errors[name] = _("Choose a date within the next %(years)s years.") % {"years": MOST_YEARS}
        found = None
    return found


def _time(given: time | str | None, name: str, errors: dict[str, str]) -> time | None:
    if isinstance(given, time):
        return given
    try:
        found = parse_time((given or "").strip())
    except ValueError:
        found = None
    if found is None:
        errors[name] = _("Give the time of day at which this message goes, like 09:00.")
    return found.replace(second=0, microsecond=0, tzinfo=None) if found else None


def _days(given: int | str, name: str, errors: dict[str, str]) -> int:
    try:
        days = int(str(given).strip() or "0") if len(str(given)) <= 10 else None
    except ValueError:
        days = None
    if days is None or abs(days) > MOST_DAYS:
        errors[name] = _("Give a whole number of days from 0 to %(most)s.") % {"most": MOST_DAYS}
        return 0
    return days


def _unknown_field(key: str, custom_keys: Collection[str]) -> str:
    if not key:
        return _("Choose the field with the date of the person.")
    choice = ", ".join(sorted(custom_keys)[:12])
    if not choice:
        return _("There is no field “%(key)s”: your people have no fields of their own yet.") % {"key": key[:40]}
    return _("There is no field “%(key)s”. There are %(choice)s.") % {"key": key[:40], "choice": choice}
