"""Start, pause, resume, stop, archive: each moves a campaign by the table of states, once, whoever presses it twice."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.campaigns import states, withdrawing
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.refusals import Refused
from threadline.events.publish import Happening, publish
from threadline.lib import deadlocks, doorbell

State = Campaign.State


def start(campaign: Campaign, member: Member | None, now: datetime) -> Campaign:
    """Draft → Active. Raises Refused, when there is no message to send for one."""
    return _do(campaign, "start", member, now)


def pause(campaign: Campaign, member: Member | None, now: datetime) -> Campaign:
    """Active → Paused: what has not left is taken back in the same transaction. Auto SMS stays as it is."""
    return _do(campaign, "pause", member, now, _("The campaign was paused."))


def resume(campaign: Campaign, member: Member | None, now: datetime) -> Campaign:
    """Paused → Active: goes on exactly where it was."""
    return _do(campaign, "resume", member, now)


def stop(campaign: Campaign, member: Member | None, now: datetime) -> Campaign:
    """Ends it: what has not left is cancelled, Auto SMS goes off."""
    return _do(campaign, "stop", member, now, _("The campaign was stopped."))


def archive(campaign: Campaign, member: Member | None, now: datetime) -> Campaign:
    """Put an ended campaign out of sight."""
    return _do(campaign, "archive", member, now)


def restore(campaign: Campaign, member: Member | None, now: datetime) -> Campaign:
    """Bring an archived campaign back to what it was."""
    return _do(campaign, "restore", member, now)


def complete_finished(campaign_ids: Collection[int], now: datetime) -> None:
    """Active → Completed where nobody waits any more and Auto SMS is off; in the caller's transaction."""
    finished = Campaign.objects.filter(id__in=campaign_ids, state=State.ACTIVE, armed=False).filter(
        recipients__isnull=False
    )
    for campaign in finished.exclude(recipients__status__in=WAITING).distinct().order_by("id"):
        locked = lock(campaign.pk)
        still = locked.state == State.ACTIVE and not locked.armed
        if still and not Recipient.objects.filter(campaign=locked, status__in=WAITING).exists():
            _move(locked, "complete", None, now)


@deadlocks.retried
def _do(campaign: Campaign, verb: str, member: Member | None, now: datetime, withdrawn: str = "") -> Campaign:
    with transaction.atomic():
        locked = lock(campaign.pk)
        if verb != "restore" and locked.state in _targets(verb):
            return locked  # somebody else was quicker, or pressed twice
        if verb == "start" and not locked.steps.filter(removed_at=None).exists():
            sentence = _("There is no message to send yet. Write Step 1 first.")
            raise Refused("no_messages", sentence, "campaigns:settings", _("Write Step 1"), locked.public_id)
        _move(locked, verb, member, now)
        happenings = withdrawing.everything(locked, withdrawn, now) if withdrawn else []
        publish([*happenings, Happening(locked.workspace_id, "campaign.changed", locked.public_id)])
        doorbell.ring_on_commit("campaigns")
    return locked


def _move(campaign: Campaign, verb: str, member: Member | None, now: datetime) -> None:
    """One step along the table. Raises Refused when it has none."""
    before, after = campaign.state, states.move(campaign, verb)
    if after is None:
        sentence = _("This cannot be done while the campaign is %(state)s.")
        raise Refused("not_possible", sentence % {"state": campaign.get_state_display()})
    campaign.state, campaign.state_before = after, before
    if verb == "start":
        campaign.started_at = now
    if after in (State.STOPPED, State.COMPLETED) and verb != "restore":
        campaign.ended_at = now
    if verb in states.DISARMING:
        campaign.armed = False
    campaign.save(update_fields=["state", "state_before", "started_at", "ended_at", "armed"])
    audit.record(campaign.workspace, member, f"campaign.{verb}", campaign.public_id, before=before, after=after)


def _targets(verb: str) -> set[str]:
    return {after for (_before, name), after in states.TABLE.items() if name == verb}
