"""Saving a campaign's settings and steps: what was given last stands, all of it, or nothing and every error named."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.campaigns import audience, states
from threadline.campaigns.drafts.creating import find_number, number_problem
from threadline.campaigns.editing import stored_steps
from threadline.campaigns.editing.given_steps import StepText
from threadline.campaigns.editing.settings import Checked, Settings, check
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.launch import scheduling
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, Touch
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.running import follow, progress, withdrawing
from threadline.campaigns.sequence.steps import keep_kind
from threadline.campaigns.states import Editable
from threadline.contacts.models import CustomField
from threadline.events.publish import Happening
from threadline.lib import deadlocks, doorbell
from threadline.messaging import withdraw
from threadline.numbers.models import Number

_HOURS = frozenset({"timezone", "window_start", "window_end", "window_days", "window_zone"})
__all__ = ["Invalid", "Settings", "StepText", "save", "save_part"]


@deadlocks.retried
@transaction.atomic
def save(campaign: Campaign, member: Member | None, settings: Settings, now: datetime) -> Campaign:
    """Save all of it, or nothing: Invalid names every field that is wrong. The campaign as it is then.

    Changed texts and waits count for every text that is not yet queued. A step that is not given is removed. In a draft
    of which nothing was ever sent, steps go in the order given; else new ones follow the others. Of two people who save
    at once the last one wins; their steps never mix.
    """
    locked = lock(campaign.pk)
    if problem := locked_because(locked):
        raise Invalid({"steps": problem})
    keys = set(CustomField.objects.filter(workspace=locked.workspace).values_list("key", flat=True))
    checked = check(settings, keys, now)
    number = _number(locked, settings.number, checked.errors)
    rows = {step.pk: step for step in locked.steps.all()}
    if len(checked.steps) == len(settings.steps):
        stored_steps.check(locked, rows, checked, settings.zone, now)
    if checked.errors:
        raise Invalid(checked.errors)
    changed = _save_campaign(locked, settings, checked, number)
    if stored_steps.save(locked, rows, checked.steps, now, "opt_out_line" in changed):
        changed["steps"] = len(checked.steps)
    if changed:
        happenings = scheduling.hours_changed(locked, now) if _HOURS & changed.keys() else []
        if changed.get("complete_on_reply"):
            happenings += _end_who_replied(locked, now)
        if "priority" in changed:
            audience.rank(locked)
        keep_kind(locked)
        scheduling.moved(locked, now)
        progress.finish(locked, now)  # the step that they waited for may be gone
        audit.record(locked.workspace, member, "campaign.settings", locked.public_id, **changed)
        follow.tell([locked.pk], now, happenings)
        doorbell.ring_on_commit("campaigns")
    return locked


@deadlocks.retried
@transaction.atomic
def save_part(campaign: Campaign, member: Member | None, now: datetime, **given: Any) -> Campaign:
    """Save some fields of Settings by name; the others stay as they are. Raises Invalid."""
    locked = lock(campaign.pk)
    return save(locked, member, replace(Settings.of(locked), **given), now)


def locked_because(campaign: Campaign) -> str:
    """Why its details and texts cannot be changed (U3); "" when they can."""
    match states.editable(campaign):
        case Editable.ALL:
            return ""
        case Editable.NOTHING:
            return states.ended_sentence(campaign)
    if campaign.state == Campaign.State.DRAFT:
        return _("After a restart only the schedule of messages that nobody has got can be changed.")
    return _("Details are locked once scheduled; unsent schedules can move.")


def _number(campaign: Campaign, public_id: str, errors: dict[str, str]) -> Number | None:
    """The number chosen. One that cannot text any more may stay: no text leaves, and the campaign says why."""
    if campaign.number is not None and campaign.number.public_id == public_id:
        return campaign.number
    found = find_number(campaign.workspace, public_id)
    if found is None:
        errors["number"] = number_problem(public_id)
    return found


def _end_who_replied(campaign: Campaign, now: datetime) -> list[Happening]:
    """The switch is on now: it counts for those who have replied before, too. What to publish."""
    leads = campaign.recipients.filter(status__in=WAITING, replied_at__isnull=False)
    ids = list(leads.order_by("id").select_for_update(no_key=True).values_list("id", flat=True))
    texts = Touch.objects.filter(recipient__in=ids).values_list("message_id", flat=True)
    message_ids = withdraw.texts(campaign.workspace_id, list(texts), _("They answered first."), now)
    withdrawing.give_back(message_ids)
    progress.update(ids, now)
    return withdraw.happenings(message_ids)


def _save_campaign(campaign: Campaign, settings: Settings, checked: Checked, number: Number | None) -> dict[str, Any]:
    """What changed, as the audit trail keeps it."""
    values: dict[str, Any] = {
        "complete_on_reply": settings.complete_on_reply,
        "timezone": settings.zone,
        "window_start": checked.start,
        "window_end": checked.end,
        "window_days": checked.window_days,
        "window_zone": settings.window_zone,
        "opt_out_line": checked.opt_out_line,
        "batch_size": checked.batch_size,
        "batch_minutes": checked.batch_minutes,
        "priority": settings.priority,
        "canary_size": checked.canary_size,
        "most_failed": checked.most_failed,
        "most_opt_outs": checked.most_opt_outs,
        "number": number,
    }
    changed = {name: value for name, value in values.items() if getattr(campaign, name) != value}
    if "batch_minutes" in changed and campaign.next_batch_at:  # the pause that is under way gets its new length too
        longer = timedelta(minutes=checked.batch_minutes - campaign.batch_minutes)
        Campaign.objects.filter(pk=campaign.pk).update(next_batch_at=campaign.next_batch_at + longer)
    if (fewer := campaign.batch_size - checked.batch_size) > 0:  # the batch that is under way gets smaller too
        campaign.batch_left = max(0, campaign.batch_left - fewer)
        campaign.save(update_fields=["batch_left"])
    for name, value in changed.items():
        setattr(campaign, name, value)
    if changed:
        campaign.save(update_fields=list(changed))
    return {name: value if isinstance(value, bool | int) else str(value or "") for name, value in changed.items()}
