"""What people do with one lead: mark it complete, take it out, let it try again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.campaigns import audience, states
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.models.touch import REACHED_NOBODY
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import follow, progress, withdrawing
from threadline.lib import deadlocks, doorbell
from threadline.messaging import withdraw

Status = Recipient.Status

TRY_AGAIN = frozenset({Status.HELD, Status.FAILED, Status.SKIPPED, Status.REMOVED})


def complete(campaign: Campaign, contact_id: int, member: Member | None, now: datetime) -> Recipient:
    """Mark a lead complete by hand: what has not left is taken back, nothing more goes to them."""
    return _end(campaign, contact_id, Status.COMPLETED, member, now)


def remove(campaign: Campaign, contact_id: int, member: Member | None, now: datetime) -> Recipient:
    """Take a lead out of the campaign; the person stays on the list and in People."""
    return _end(campaign, contact_id, Status.REMOVED, member, now)


@deadlocks.retried
def retry(campaign: Campaign, contact_id: int, member: Member | None, now: datetime) -> Recipient:
    """Let a lead that is held, failed, skipped or removed wait for its step again. Raises Refused.

    The step is asked for once more only when its text certainly reached nobody; else the lead goes on after it.
    """
    with transaction.atomic():
        locked, lead = lock(campaign.pk), _locked(campaign, contact_id)
        if lead.status not in TRY_AGAIN:
            sentence = _("This lead is %(status)s: there is nothing to try again.")
            raise Refused("not_possible", sentence % {"status": lead.get_status_display()})
        if locked.state in states.ENDED:  # it would wait there for ever
            raise Refused("ended", states.ended_sentence(locked))
        if lead.status == Status.REMOVED:
            _check_welcome(locked, lead)
        lead.status = Status.IN_PROGRESS if lead.step else Status.PENDING
        lead.how, lead.reason, lead.ended_at = "", "", None
        lead.save(update_fields=["status", "how", "reason", "ended_at"])
        last = lead.touches.filter(step__position=lead.step).select_related("message").first()
        happenings = []
        if last is not None and last.message.status in REACHED_NOBODY:
            happenings = withdraw.held([last.message_id], _("It is asked for again."))
            withdrawing.give_back([last.message_id])
        audit.record(locked.workspace, member, "lead.retry", locked.public_id, lead=lead.contact.public_id)
        follow.tell(progress.update([lead.pk], now) | {locked.pk}, now, happenings)
        doorbell.ring_on_commit("campaigns")
    lead.refresh_from_db()
    return lead


@deadlocks.retried
def _end(campaign: Campaign, contact_id: int, status: str, member: Member | None, now: datetime) -> Recipient:
    with transaction.atomic():
        locked, lead = lock(campaign.pk), _locked(campaign, contact_id)
        if lead.status not in WAITING:
            return lead  # it has ended already, by somebody or by itself
        happenings = withdrawing.of_lead(lead, now)
        lead.refresh_from_db()
        lead.status, lead.how = status, Recipient.How.BY_HAND if status == Status.COMPLETED else ""
        lead.reason, lead.sent_at, lead.ended_at = "", None, now
        lead.save(update_fields=["status", "how", "reason", "sent_at", "ended_at"])
        audit.record(locked.workspace, member, f"lead.{status}", locked.public_id, lead=lead.contact.public_id)
        follow.tell({locked.pk}, now, happenings)
    return lead


def _check_welcome(campaign: Campaign, lead: Recipient) -> None:
    """Raises Refused for a removed lead who may not be added again."""
    if lead.contact.deleted_at is not None:
        raise Refused("deleted", _("This person was deleted from People. Add them there again first."))
    if because := audience.why_left_out(campaign, lead.contact_id):
        raise Refused("left_out", because)


def _locked(campaign: Campaign, contact_id: int) -> Recipient:
    leads = Recipient.objects.select_for_update(of=("self",), no_key=True).select_related("contact")
    return leads.get(campaign=campaign, contact=contact_id)
