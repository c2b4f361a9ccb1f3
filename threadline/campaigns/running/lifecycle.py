"""Start, schedule, pause, resume, stop …: each moves a campaign by the table of states, once, however often pressed."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.campaigns import states
from threadline.campaigns.launch import scheduling
from threadline.campaigns.launch.agreed import outgrown
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, LaunchRules, Recipient
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import withdrawing
from threadline.campaigns.sequence.steps import Timing, sequence_of
from threadline.events.publish import Happening, publish
from threadline.lib import deadlocks, doorbell

State = Campaign.State
Kind = Campaign.Kind


def start(campaign: Campaign, member: Member | None, now: datetime) -> Campaign:
    """Draft → Active, for a drip. Raises Refused, when there is no message to send for one."""
    return _do(campaign, "start", member, now)


def schedule(campaign: Campaign, member: Member | None, now: datetime) -> Campaign:
    """Draft → Scheduled, for a campaign whose first message has a date; it becomes active by itself. Raises Refused."""
    return _do(campaign, "schedule", member, now)


def begin(campaign: Campaign, now: datetime) -> Campaign:
    """Scheduled → Active, when its time has come."""
    return _do(campaign, "begin", None, now)


def pause(campaign: Campaign, member: Member | None, now: datetime, because: str = "") -> Campaign:
    """Active → Paused: what has not left is taken back in the same transaction. Auto SMS stays as it is.

    `because` is a sentence when the campaign pauses itself.
    """
    return _do(campaign, "pause", member, now, _("The campaign was paused."), because)


def run_dry(campaign: Campaign, now: datetime, because: str) -> Campaign:
    """Active → Paused, for want of money. What has not left is paid for, and goes: taken back, none ever would."""
    return _do(campaign, "pause", None, now, because=because)


def resume(campaign: Campaign, member: Member | None, now: datetime) -> Campaign:
    """Paused → Active: goes on exactly where it was."""
    return _do(campaign, "resume", member, now)


def stop(campaign: Campaign, member: Member | None, now: datetime) -> Campaign:
    """Ends it: what has not left is cancelled, Auto SMS goes off."""
    return _do(campaign, "stop", member, now, _("The campaign was stopped."))


def restart(campaign: Campaign, member: Member | None, now: datetime) -> Campaign:
    """Stopped → Draft: only its schedule can be built anew, and nobody gets a message again that they have got."""
    return _do(campaign, "restart", member, now)


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
        still = locked.state == State.ACTIVE and not locked.armed and not _goes_on(locked)
        if still and not Recipient.objects.filter(campaign=locked, status__in=WAITING).exists():
            move(locked, "complete", None, now)


def _goes_on(campaign: Campaign) -> bool:
    """One that goes by the people's own dates waits for whoever joins next."""
    first = sequence_of(campaign.pk).after(0)
    return first is not None and first.timing == Timing.FIELD


@deadlocks.retried
def _do(
    campaign: Campaign, verb: str, member: Member | None, now: datetime, withdrawn: str = "", because: str = ""
) -> Campaign:
    with transaction.atomic():
        locked = lock(campaign.pk)
        if verb != "restore" and locked.state in _targets(verb):
            return locked  # somebody else was quicker, or pressed twice
        if verb in ("start", "schedule"):
            scheduling.check(locked, verb, now)
        elif verb == "resume" and (locked.armed or locked.kind == Kind.SCHEDULED) and (refused := outgrown(locked)):
            raise refused
        move(locked, verb, member, now, because)
        happenings = withdrawing.everything(locked, withdrawn, now) if withdrawn else []
        publish([*happenings, Happening(locked.workspace_id, "campaign.changed", locked.public_id)])
        doorbell.ring_on_commit("campaigns")
    return locked


def move(campaign: Campaign, verb: str, member: Member | None, now: datetime, because: str = "") -> None:
    """One step along the table, in the caller's transaction, with the campaign locked. Raises Refused without one."""
    before, after = campaign.state, states.move(campaign, verb)
    if after is None:
        sentence = _("This cannot be done while the campaign is %(state)s.")
        raise Refused("not_possible", sentence % {"state": campaign.get_state_display()})
    campaign.state, campaign.state_before, campaign.paused_because = after, before, because
    if verb in ("start", "schedule"):
        campaign.started_at = now
        campaign.begins_at = scheduling.begins_at(campaign, now)
        campaign.recall_until = recall_until(campaign.workspace_id, now)
    if verb in ("start", "schedule", "resume"):
        campaign.watched_from = now
    if verb == "recall":
        campaign.started_at = campaign.begins_at = None
    if verb == "restart":
        campaign.restarted_at, campaign.ended_at = now, None
    if after in (State.STOPPED, State.COMPLETED) and verb != "restore":
        campaign.ended_at = now
    if after == State.DRAFT:
        campaign.repeat_meant = False  # the next launch asks again
    if verb in states.DISARMING:
        campaign.armed = False
    campaign.save(
        update_fields=[
            *("state", "state_before", "paused_because", "started_at", "begins_at", "watched_from", "restarted_at"),
            *("recall_until", "ended_at", "armed", "repeat_meant"),
        ]
    )
    facts = {"because": because} if because else {}
    audit.record(
        campaign.workspace, member, f"campaign.{verb}", campaign.public_id, before=before, after=after, **facts
    )


def recall_until(workspace_id: int, now: datetime) -> datetime | None:
    """When what is launched now may leave (recalling.py); None: at once."""
    seconds = LaunchRules.objects.filter(workspace=workspace_id).values_list("recall_seconds", flat=True).first()
    return now + timedelta(seconds=seconds) if seconds else None


def _targets(verb: str) -> set[str]:
    return {after for (_before, name), after in states.TABLE.items() if name == verb}
