"""One step as it was given: its text, its files and when it goes, and what is wrong with them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from threadline.campaigns.editing import when
from threadline.campaigns.editing.typed import decimal, storable
from threadline.campaigns.editing.when import When
from threadline.campaigns.models import Step
from threadline.campaigns.sequence import opt_out_line, placeholders
from threadline.messaging.parse import MOST_CHARACTERS

MOST_WAIT: Final = Decimal(8760)  # hours: a year


@dataclass(frozen=True, slots=True)
class StepText:
    """One step as given. `id` is None for a new one; `wait_hours` may still be what somebody typed.

    `media` are public ids of uploads. `when` or `media` None: as the step has it, a new one after the wait, no files.
    """

    id: int | None
    body: str
    wait_hours: Decimal | int | float | str = Decimal(24)
    when: When | None = None
    media: Sequence[str] | None = None

    @classmethod
    def of(cls, step: Step) -> "StepText":
        """As it is saved."""
        return cls(step.pk, step.body, step.wait_hours, When.of(step), tuple(step.media))


def check(
    step: StepText, name: str, custom_keys: Collection[str], now: datetime, errors: dict[str, str], ending: str = ""
) -> StepText:
    """The step in its own types; errors as `name`.body: sentence. `ending` is the opt-out line it carries."""
    body = storable(step.body).rstrip()
    if problem := _body_problem(body, bool(step.media), custom_keys, ending):
        errors[f"{name}.body"] = problem
    given = when.check(step.when, name, custom_keys, now, errors) if step.when is not None else None
    return replace(step, body=body, wait_hours=check_wait(step.wait_hours, name, errors), when=given)


def check_wait(given: Decimal | int | float | str, name: str, errors: dict[str, str]) -> Decimal:
    """Hours, to the hundredth."""
    wait = decimal(given)
    if wait is not None and 0 <= wait <= MOST_WAIT and wait == round(wait, 2):
        return wait
    sentence = _("Wait (hours) is a number from 0 to %(most)s with at most 2 decimals.")
    errors[f"{name}.wait_hours"] = sentence % {"most": MOST_WAIT}
    return Decimal(0)


def _body_problem(body: str, has_files: bool, custom_keys: Collection[str], ending: str) -> str:
    if not body.strip():
        return "" if has_files else _("Write the message of this step, or remove the step.")
    if problems := placeholders.problems(body, custom_keys):
        return " ".join(problems)
    least = len(opt_out_line.ended_with(placeholders.compile(body).render({}), ending))
    if least > MOST_CHARACTERS:
        sentence = _("The message has %(n)d characters; %(most)d is the most a text can hold.")
        return sentence % {"n": least, "most": MOST_CHARACTERS}
    return ""
