"""The settings of a campaign as they were filled in, and what is wrong with them, every field at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Final

from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _

from threadline.campaigns.editing import given_steps
from threadline.campaigns.editing.given_steps import StepText
from threadline.campaigns.editing.typed import storable, whole
from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence import opt_out_line
from threadline.lib import windows

MOST_STEPS: Final = 50
MOST_AT_ONCE: Final = 10_000
MOST_MINUTES: Final = 1440
EVERY_DAY: Final = tuple(range(7))  # 0 is Monday


@dataclass(frozen=True, slots=True)
class Settings:
    """Numbers and times may still be what somebody typed; `number` is a public id, "" when none was chosen.

    `start` and `end` None or "": at any time of the `days` (0 is Monday). `window_zone` says by whose clocks. Percents
    of 0 never pause; a `canary_size` of 0 tries on nobody first.
    """

    steps: Sequence[StepText]
    number: str
    complete_on_reply: bool
    zone: str
    start: time | str | None = None
    end: time | str | None = None
    batch_size: int | str = 10
    batch_minutes: int | str = 10
    priority: str = Campaign.Priority.OLDEST
    days: Collection[int | str] = EVERY_DAY
    window_zone: str = Campaign.Zone.CAMPAIGN
    opt_out_line: str = ""
    canary_size: int | str = 0
    most_failed: int | str = 30
    most_opt_outs: int | str = 10

    @classmethod
    def of(cls, campaign: Campaign) -> "Settings":
        """As they are saved."""
        return cls(
            [StepText.of(step) for step in campaign.steps.filter(removed_at=None)],
            campaign.number.public_id if campaign.number else "",
            campaign.complete_on_reply,
            campaign.timezone,
            campaign.window_start,
            campaign.window_end,
            campaign.batch_size,
            campaign.batch_minutes,
            campaign.priority,
            days_of(campaign.window_days),
            campaign.window_zone,
            campaign.opt_out_line,
            campaign.canary_size,
            campaign.most_failed,
            campaign.most_opt_outs,
        )


@dataclass(slots=True)
class Checked:
    """Settings in their own types. Where `errors` (field: sentence) has a field, its value means nothing."""

    steps: list[StepText] = field(default_factory=list)
    start: time | None = None
    end: time | None = None
    window_days: int = 127
    opt_out_line: str = ""
    batch_size: int = 0
    batch_minutes: int = 0
    canary_size: int = 0
    most_failed: int = 0
    most_opt_outs: int = 0
    errors: dict[str, str] = field(default_factory=dict)


def days_of(window_days: int) -> tuple[int, ...]:
    """The days of the week as the campaign's column keeps them, bit by bit; 0 is Monday."""
    return tuple(day for day in EVERY_DAY if window_days >> day & 1)


def check(settings: Settings, custom_keys: Collection[str], now: datetime) -> Checked:
    """All but the number and whose steps they are, which need the campaign; `custom_keys` as in placeholders."""
    checked = Checked()
    errors = checked.errors
    checked.opt_out_line = " ".join(storable(settings.opt_out_line).split())
    if len(settings.steps) > MOST_STEPS:
        errors["steps"] = _("A campaign has at most %(most)s steps.") % {"most": MOST_STEPS}
    for place, step in enumerate(settings.steps[:MOST_STEPS]):
        ending = "" if place else checked.opt_out_line[: opt_out_line.LONGEST]
        checked.steps.append(given_steps.check(step, f"steps.{place}", custom_keys, now, errors, ending))
    if problem := opt_out_line.problem(checked.opt_out_line):
        errors["opt_out_line"] = problem
    _window(settings, checked)
    checked.batch_size = whole("batch_size", settings.batch_size, 1, MOST_AT_ONCE, errors)
    checked.batch_minutes = whole("batch_minutes", settings.batch_minutes, 0, MOST_MINUTES, errors)
    if settings.priority not in Campaign.Priority.values:
        choice = ", ".join(Campaign.Priority.values)
        errors["priority"] = _("Lead priority is one of %(choice)s.") % {"choice": choice}
    checked.canary_size = whole("canary_size", settings.canary_size, 0, MOST_AT_ONCE, errors)
    checked.most_failed = whole("most_failed", settings.most_failed, 0, 100, errors)
    checked.most_opt_outs = whole("most_opt_outs", settings.most_opt_outs, 0, 100, errors)
    return checked


def _window(settings: Settings, checked: Checked) -> None:
    given = {"window_start": settings.start, "window_end": settings.end}
    times: dict[str, time | None] = {}
    for name, value in given.items():
        try:
            times[name] = value if isinstance(value, time) else parse_time(value.strip()) if value else None
        except ValueError:
            times[name] = None
        if value and times[name] is None:
            checked.errors[name] = _("“%(time)s” is not a time of day. Write it like 09:00.") % {
                "time": str(value)[:20]
            }
    zone = storable(settings.zone)
    if not checked.errors.keys() & times.keys():
        checked.start, checked.end = times["window_start"], times["window_end"]
        found = windows.problem(zone, checked.start, checked.end)
    else:
        found = windows.problem(zone, None, None)
    if found:
        checked.errors[found[0]] = found[1]
    _days(settings, checked)
    if settings.window_zone not in Campaign.Zone.values:
        checked.errors["window_zone"] = _("Choose whose clock counts: the campaign's or each person's.")


def _days(settings: Settings, checked: Checked) -> None:
    days = {str(day) for day in settings.days}
    if not days:
        checked.errors["window_days"] = _("Choose at least one day.")
    elif unknown := days - {str(day) for day in EVERY_DAY}:
        checked.errors["window_days"] = _("“%(day)s” is not a day of the week.") % {"day": min(unknown)[:20]}
    else:
        checked.window_days = sum(1 << int(day) for day in days)
