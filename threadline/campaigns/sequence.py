"""Saving a campaign's settings and steps, at any time and in any state: what was given last stands, all of it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.campaigns import follow, progress
from threadline.campaigns.creating import find_number, number_problem
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, Step
from threadline.campaigns.settings import Checked, Settings, StepText, check
from threadline.contacts.models import CustomField
from threadline.lib import deadlocks, doorbell
from threadline.numbers.models import Number

__all__ = ["Invalid", "Settings", "StepText", "save"]


@deadlocks.retried
@transaction.atomic
def save(campaign: Campaign, member: Member | None, settings: Settings, now: datetime) -> Campaign:
    """Save all of it, or nothing: Invalid names every field that is wrong. The campaign as it is then.

    Changed texts and waits count for every text that is not yet queued. A step that is not given is removed; new steps
    follow the others. Of two people who save at once the last one wins; their steps never mix.
    """
    locked = lock(campaign.pk)
    keys = set(CustomField.objects.filter(workspace=locked.workspace).values_list("key", flat=True))
    checked = check(settings, keys)
    number = _number(locked, settings.number, checked.errors)
    steps = {step.pk: step for step in locked.steps.all()}
    _check_steps(steps, settings, locked, checked.errors)
    if checked.errors:
        raise Invalid(checked.errors)
    changed = _save_campaign(locked, settings, checked, number)
    if _save_steps(locked, steps, checked.steps, now):
        changed["steps"] = len(checked.steps)
    if changed:
        progress.finish(locked, now)  # the step that they waited for may be gone
        audit.record(locked.workspace, member, "campaign.settings", locked.public_id, **changed)
        follow.tell([locked.pk], now)
        doorbell.ring_on_commit("campaigns")
    return locked


def _number(campaign: Campaign, public_id: str, errors: dict[str, str]) -> Number | None:
    """The number chosen. One that cannot text any more may stay: no text leaves, and the campaign says why."""
    if campaign.number is not None and campaign.number.public_id == public_id:
        return campaign.number
    found = find_number(campaign.workspace, public_id)
    if found is None:
        errors["number"] = number_problem(public_id)
    return found


def _check_steps(steps: dict[int, Step], settings: Settings, campaign: Campaign, errors: dict[str, str]) -> None:
    """Steps keep their order, because people remember by it how far they have come."""
    last, new = 0, False
    for place, given in enumerate(settings.steps):
        if given.id is None:
            new = True
            continue
        step = steps.get(given.id)
        if step is None:
            errors[f"steps.{place}"] = _("This campaign has no such step.")
        elif new or step.position <= last:
            errors[f"steps.{place}"] = _("Steps keep their order; new ones come after the others.")
        else:
            last = step.position
    if not settings.steps and campaign.state != Campaign.State.DRAFT:
        errors["steps"] = _("Keep at least one step, or stop the campaign.")


def _save_campaign(campaign: Campaign, settings: Settings, checked: Checked, number: Number | None) -> dict[str, Any]:
    """What changed, as the audit trail keeps it."""
    values: dict[str, Any] = {
        "complete_on_reply": settings.complete_on_reply,
        "timezone": settings.zone,
        "window_start": checked.start,
        "window_end": checked.end,
        "batch_size": checked.batch_size,
        "batch_minutes": checked.batch_minutes,
        "priority": settings.priority,
        "number": number,
    }
    changed = {name: value for name, value in values.items() if getattr(campaign, name) != value}
    if "batch_minutes" in changed and campaign.next_batch_at:  # the pause that is under way gets its new length too
        longer = timedelta(minutes=checked.batch_minutes - campaign.batch_minutes)
        Campaign.objects.filter(pk=campaign.pk).update(next_batch_at=campaign.next_batch_at + longer)
    for name, value in changed.items():
        setattr(campaign, name, value)
    if changed:
        campaign.save(update_fields=list(changed))
    return {name: value if isinstance(value, bool | int) else str(value or "") for name, value in changed.items()}


def _save_steps(campaign: Campaign, steps: dict[int, Step], given: list[StepText], now: datetime) -> bool:
    """Whether anything changed."""
    kept = {one.id for one in given}
    touched = [_remove(step, now) for pk, step in steps.items() if pk not in kept]
    touched += [_change(steps[one.id], one) for one in given if one.id is not None]
    new = [one for one in given if one.id is None]
    last = campaign.steps.aggregate(last=Max("position"))["last"] or 0
    for position, one in enumerate(new, last + 1):
        Step.objects.create(campaign=campaign, position=position, body=one.body, wait_hours=one.wait_hours)
    return any(touched) or bool(new)


def _remove(step: Step, now: datetime) -> bool:
    if step.removed_at is not None:
        return False
    step.removed_at = now
    step.save(update_fields=["removed_at"])
    return True


def _change(step: Step, given: StepText) -> bool:
    """A step that somebody else removed meanwhile comes back: it is among what was given last."""
    before = step.body, step.wait_hours, step.removed_at
    if step.body != given.body:
        step.body, step.version = given.body, step.version + 1
    step.wait_hours, step.removed_at = given.wait_hours, None
    if (step.body, step.wait_hours, None) == before:
        return False
    step.save(update_fields=["body", "version", "wait_hours", "removed_at"])
    return True
