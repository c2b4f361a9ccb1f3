"""The settings of a drip campaign as they were filled in, and what is wrong with them, every field at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _

from threadline.campaigns import placeholders
from threadline.campaigns.models import Campaign
from threadline.lib import windows
from threadline.messaging.parse import MOST_CHARACTERS

MOST_STEPS: Final = 50
MOST_WAIT: Final = Decimal(8760)  # hours: a year
MOST_AT_ONCE: Final = 10_000
MOST_MINUTES: Final = 1440


@dataclass(frozen=True, slots=True)
class StepText:
    """One step as given. `id` is None for a new one; `wait_hours` may still be what somebody typed."""

    id: int | None
    body: str
    wait_hours: Decimal | int | float | str = Decimal(24)


@dataclass(frozen=True, slots=True)
class Settings:
    """Numbers and times may still be what somebody typed; `number` is a public id, "" when none was chosen.

    `start` and `end` None or "": at any time.
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


@dataclass(slots=True)
class Checked:
    """Settings in their own types. Where `errors` (field: sentence) has a field, its value means nothing."""

    steps: list[StepText] = field(default_factory=list)
    start: time | None = None
    end: time | None = None
    batch_size: int = 0
    batch_minutes: int = 0
    errors: dict[str, str] = field(default_factory=dict)


def check(settings: Settings, custom_keys: Collection[str]) -> Checked:
    """All but the number and whose steps they are, which need the campaign; `custom_keys` as in placeholders."""
    checked = Checked()
    errors = checked.errors
    if len(settings.steps) > MOST_STEPS:
        errors["steps"] = _("A campaign has at most %(most)s steps.") % {"most": MOST_STEPS}
    for place, step in enumerate(settings.steps[:MOST_STEPS]):
        checked.steps.append(_step(step, f"steps.{place}", custom_keys, errors))
    _window(settings, checked)
    checked.batch_size = _whole("batch_size", settings.batch_size, 1, MOST_AT_ONCE, errors)
    checked.batch_minutes = _whole("batch_minutes", settings.batch_minutes, 0, MOST_MINUTES, errors)
    if settings.priority not in Campaign.Priority.values:
        choice = ", ".join(Campaign.Priority.values)
        errors["priority"] = _("Lead priority is one of %(choice)s.") % {"choice": choice}
    return checked


def _step(step: StepText, name: str, custom_keys: Collection[str], errors: dict[str, str]) -> StepText:
    body = _storable(step.body).rstrip()
    if problem := _body_problem(body, custom_keys):
        errors[f"{name}.body"] = problem
    wait = _decimal(step.wait_hours)
    if wait is None or not 0 <= wait <= MOST_WAIT or wait != round(wait, 2):
        sentence = _("Wait (hours) is a number from 0 to %(most)s with at most 2 decimals.")
        errors[f"{name}.wait_hours"] = sentence % {"most": MOST_WAIT}
        wait = Decimal(0)
    return StepText(step.id, body, wait)


def _body_problem(body: str, custom_keys: Collection[str]) -> str:
    if not body.strip():
        return _("Write the message of this step, or remove the step.")
    if problems := placeholders.problems(body, custom_keys):
        return " ".join(problems)
    least = len(placeholders.compile(body).render({}))
    if least > MOST_CHARACTERS:
        sentence = _("The message has %(n)d characters; %(most)d is the most a text can hold.")
        return sentence % {"n": least, "most": MOST_CHARACTERS}
    return ""


def _storable(body: str) -> str:
    """As messages keep it: NUL and half a surrogate pair cannot be stored, pictures stand for them."""
    text = body.replace("\x00", "␀").replace("\r\n", "\n")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


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
    zone = _storable(settings.zone)
    if not checked.errors.keys() & times.keys():
        checked.start, checked.end = times["window_start"], times["window_end"]
        found = windows.problem(zone, checked.start, checked.end)
    else:
        found = windows.problem(zone, None, None)
    if found:
        checked.errors[found[0]] = found[1]


def _whole(name: str, value: int | str, least: int, most: int, errors: dict[str, str]) -> int:
    number = _decimal(value)
    if number is None or number != int(number) or not least <= number <= most:
        sentence = _("Give a whole number from %(least)s to %(most)s.")
        errors[name] = sentence % {"least": f"{least:,}", "most": f"{most:,}"}
        return least
    return int(number)


def _decimal(value: Decimal | int | float | str) -> Decimal | None:
    """None for what is not a finite number."""
    try:
        number = Decimal(str(value).strip().replace(",", ".")) if len(str(value)) <= 20 else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None
