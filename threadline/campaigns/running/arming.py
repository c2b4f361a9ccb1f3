"""Auto SMS: the switch that lets an active campaign send by itself. One of a workspace may be on."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.campaigns.launch.agreed import outgrown
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import lifecycle, withdrawing
from threadline.events.publish import Happening, publish
from threadline.lib import deadlocks, doorbell
from threadline.messaging.facts import lines_of
from threadline.numbers.models import Connection

State = Campaign.State


def why_not(campaign: Campaign) -> Refused | None:
    """Why Auto SMS cannot be turned on now, the first thing to put right first; None when it can."""
    return (
        _scheduled(campaign)
        or _not_connected(campaign)
        or _no_number(campaign)
        or _not_active(campaign)
        or _another(campaign)
        or outgrown(campaign)
    )


def cannot_send(campaign: Campaign) -> Refused | None:
    """Why one that sends by itself cannot at the moment: its number, or the connection."""
    return _not_connected(campaign) or _no_number(campaign)


@deadlocks.retried
def arm(campaign: Campaign, member: Member | None, now: datetime, switch: bool = False) -> Campaign:
    """Turn Auto SMS on; with `switch`, off first where it is on instead. Raises Refused."""
    try:
        with transaction.atomic():
            other = armed_instead(campaign) if switch else None
            # In the order of their ids, so that two people who switch at once do not wait for each other for ever.
            locked = {pk: lock(pk) for pk in sorted({campaign.pk, *([other.pk] if other else [])})}
            this, happenings = locked[campaign.pk], []
            if this.armed:
                return this
            for pk, one in locked.items():
                if pk != this.pk and one.armed:
                    happenings += turn_off(one, member, now)
            if refused := why_not(this):
                raise refused
            this.armed, this.armed_by, this.armed_at = True, member, now
            this.recall_until = lifecycle.recall_until(this.workspace_id, now)
            this.save(update_fields=["armed", "armed_by", "armed_at", "recall_until"])
            audit.record(this.workspace, member, "campaign.arm", this.public_id)
            publish([*happenings, Happening(this.workspace_id, "campaign.changed", this.public_id)])
            doorbell.ring_on_commit("campaigns")
            return this
    except IntegrityError:
        # Somebody armed another one between our look and our write: the index decides, and now the other has a name.
        found = Campaign.objects.get(id=campaign.pk)
        raise why_not(found) or Refused("another_armed", _("Auto SMS was just turned on elsewhere.")) from None


@deadlocks.retried
def disarm(campaign: Campaign, member: Member | None, now: datetime) -> Campaign:
    """Turn Auto SMS off: what has not left is taken back. The campaign stays active for work by hand."""
    with transaction.atomic():
        locked = lock(campaign.pk)
        if locked.armed:
            happenings = turn_off(locked, member, now)
            lifecycle.complete_finished([locked.pk], now)
            publish(happenings)
            locked.refresh_from_db(fields=["state", "armed"])
        return locked


def turn_off(campaign: Campaign, member: Member | None, now: datetime) -> list[Happening]:
    """The same in the caller's transaction, which has the campaign locked; what to publish about it."""
    campaign.armed = False
    campaign.save(update_fields=["armed"])
    audit.record(campaign.workspace, member, "campaign.disarm", campaign.public_id)
    happenings = withdrawing.everything(campaign, _("Auto SMS was turned off."), now)
    return [*happenings, Happening(campaign.workspace_id, "campaign.changed", campaign.public_id)]


def armed_instead(campaign: Campaign) -> Campaign | None:
    """The other campaign of the workspace for which Auto SMS is on."""
    armed = Campaign.objects.filter(workspace=campaign.workspace_id, armed=True)
    return armed.exclude(id=campaign.pk).first()


def _scheduled(campaign: Campaign) -> Refused | None:
    if campaign.kind == Campaign.Kind.DRIP:
        return None
    return Refused("scheduled", _("This campaign sends by its schedule. It needs no Auto SMS."))


def _not_connected(campaign: Campaign) -> Refused | None:
    if Connection.objects.filter(workspace=campaign.workspace_id, removed_at=None).exists():
        return None
    if campaign.armed or campaign.kind == Campaign.Kind.SCHEDULED:
        sentence = _("Twilio is not connected, so no text of this campaign can leave. Connect it first.")
    else:
        sentence = _("Twilio is not connected. Connect it, then turn Auto SMS on.")
    return Refused("not_connected", sentence, "numbers:credentials", _("Connect Twilio"))


def _no_number(campaign: Campaign) -> Refused | None:
    if campaign.number_id is None:
        sentence = _("No From number is saved. Choose one in the campaign's settings.")
        return Refused("no_number", sentence, "campaigns:settings", _("Choose a From number"), campaign.public_id)
    line = lines_of([campaign.workspace_id]).get(campaign.number_id)
    if line is None or not line.ready:
        sentence = line.why_not if line else _("The From number is no longer in this workspace.")
        return Refused("number_not_ready", sentence, "campaigns:settings", _("Choose another"), campaign.public_id)
    return None


def _not_active(campaign: Campaign) -> Refused | None:
    if campaign.state == State.ACTIVE:
        return None
    sentences = {
        State.DRAFT: _("The campaign has not started. Press Start first."),
        State.PAUSED: _("The campaign is paused. Press Resume first."),
    }
    ended = _("The campaign has ended (%(state)s).") % {"state": campaign.get_state_display()}
    return Refused("not_active", sentences.get(State(campaign.state), ended), "", "", campaign.public_id)


def _another(campaign: Campaign) -> Refused | None:
    other = armed_instead(campaign)
    if other is None:
        return None
    sentence = _("Auto SMS is on for “%(name)s”. Only one campaign can send by itself at a time: turn that off first.")
    return Refused("another_armed", sentence % {"name": other.name}, "campaigns:show", other.name, other.public_id)
