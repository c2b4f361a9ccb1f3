"""Moving messages that nobody has got yet, of a campaign that is scheduled or is built anew (U3, 003-6)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.campaigns import states
from threadline.campaigns.editing import given_steps, stored_steps, when
from threadline.campaigns.editing.given_steps import StepText
from threadline.campaigns.editing.when import When
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.launch import scheduling
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, Step
from threadline.campaigns.running import follow
from threadline.campaigns.sequence.steps import Timing, keep_kind
from threadline.campaigns.states import Editable
from threadline.contacts.models import CustomField
from threadline.lib import deadlocks


@dataclass(frozen=True, slots=True)
class Move:
    """When a message goes from now on; `hours` is the wait before it, for one that follows another."""

    when: When
    hours: Decimal | int | float | str = Decimal(24)


@deadlocks.retried
@transaction.atomic
def move(campaign: Campaign, member: Member | None, moves: Mapping[int, Move], now: datetime) -> Campaign:
    """Give messages, by the ids of their steps, their new times. Raises Invalid: steps.0.at_date is the first one's.

    Nothing else of the campaign changes, and whoever waits for one of them is looked at again.
    """
    locked = lock(campaign.pk)
    if states.editable(locked) == Editable.NOTHING:
        raise Invalid({"steps": states.ended_sentence(locked)})
    rows = list(locked.steps.filter(removed_at=None))
    errors: dict[str, str] = {}
    given = _moved(locked, rows, moves, now, errors)
    if not errors:
        _check_together(locked, rows, given, moves, now, errors)
    if errors:
        raise Invalid(errors)
    if changed := [place for place, row in enumerate(rows) if _change(row, given[place])]:
        keep_kind(locked)
        scheduling.moved(locked, now)
        audit.record(locked.workspace, member, "campaign.moved", locked.public_id, steps=[n + 1 for n in changed])
        follow.tell([locked.pk], now)
    return locked


def can_move(campaign: Campaign) -> set[int]:
    """The ids of its steps that nobody was asked to be sent, while it has not ended.

    Of one that is launched again those count too that somebody has not got: their time has passed, or is yet to come.
    """
    if states.editable(campaign) == Editable.NOTHING:
        return set()
    alive = campaign.steps.filter(removed_at=None)
    scheduled_anew = campaign.state == Campaign.State.SCHEDULED and campaign.restarted_at is not None
    again = campaign.state == Campaign.State.DRAFT or scheduled_anew
    needed = {step.pk for step in alive if again and scheduling.is_needed(campaign, step.position)}
    return {step.pk for step in alive} - stored_steps.sent(campaign) | needed


def _moved(
    campaign: Campaign, rows: list[Step], moves: Mapping[int, Move], now: datetime, errors: dict[str, str]
) -> list[StepText]:
    """All steps with the new times in their places."""
    given = [StepText.of(row) for row in rows]
    if unknown := moves.keys() - {row.pk for row in rows}:
        errors["steps"] = _("This campaign has no such step.")
        moves = {pk: move for pk, move in moves.items() if pk not in unknown}
    keys = set(CustomField.objects.filter(workspace=campaign.workspace_id).values_list("key", flat=True))
    free = can_move(campaign)
    for place, row in enumerate(rows):
        if row.pk not in moves:
            continue
        name, asked = f"steps.{place}", moves[row.pk]
        if row.pk not in free:
            errors[name] = _("Message %(n)d has gone out. It stands as it was sent.") % {"n": place + 1}
            continue
        timing = when.check(asked.when, name, keys, now, errors)
        given[place] = replace(given[place], when=timing)
        if place and timing.timing == Timing.AFTER:
            wait = given_steps.check_wait(asked.hours, name, errors)
            given[place - 1] = replace(given[place - 1], wait_hours=wait)
    return given


def _check_together(
    campaign: Campaign,
    rows: list[Step],
    given: list[StepText],
    moves: Mapping[int, Move],
    now: datetime,
    errors: dict[str, str],
) -> None:
    """Dates that have passed among those that were moved, and messages that would overtake each other."""
    stages = [stored_steps.stage_of_given(step) for step in given]
    places = [place for place, row in enumerate(rows) if row.pk in moves]
    for place in places:
        if problem := when.in_the_past(stages[place], campaign.timezone, now):
            errors[f"steps.{place}.at_date"] = problem
    for place, problem in when.out_of_order(stages, campaign.timezone).items():
        if place in places:
            errors.setdefault(f"steps.{place}.{stored_steps.date_field(given[place])}", problem)
        elif before := [one for one in places if one < place]:
            sentence = _("Message %(n)d follows, and would go earlier. Choose an earlier time, or move that one first.")
            errors[f"steps.{before[-1]}.{stored_steps.date_field(given[before[-1]])}"] = sentence % {"n": place + 1}
    first = given[0].when if given else None
    is_drip = first is None or first.timing == Timing.AFTER
    if campaign.state != Campaign.State.DRAFT and is_drip != (campaign.kind == Campaign.Kind.DRIP):
        errors["steps.0.timing"] = _("The first message decides how the campaign sends. It keeps a date.")


def _change(row: Step, given: StepText) -> bool:
    columns = {"wait_hours": given.wait_hours, **(given.when or When()).columns()}
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.save(update_fields=list(changed))
    return bool(changed)
