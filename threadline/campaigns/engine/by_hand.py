"""Send next step now: one lead, by hand, without waiting for batch, hours or Auto SMS; through the same gate."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.campaigns.engine import writing
from threadline.campaigns.engine.picking import Due
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import follow, progress
from threadline.campaigns.sequence import placeholders
from threadline.campaigns.sequence.steps import Stage, sequence_of
from threadline.lib import deadlocks
from threadline.messaging import asking
from threadline.messaging.models.outbox import Priority
from threadline.messaging.outgoing import Outcome
from threadline.messaging.send import ask
from threadline.messaging.verdicts import Defer, Refuse


@deadlocks.retried
def send_next(campaign: Campaign, contact_id: int, member: Member | None, now: datetime) -> Outcome:
    """Ask for the lead's next text. Raises Refused (also with the gate's own reason), Recipient.DoesNotExist."""
    with transaction.atomic():  # of its own: what the facts say stays said, even when nothing is sent
        follow.tell(progress.update([campaign.recipients.get(contact=contact_id).pk], now), now)
    with transaction.atomic():
        locked = lock(campaign.pk)
        asking.take_turn(locked.workspace_id)
        lead = _locked(locked, contact_id)
        stage = _next(locked, lead)
        due = Due(lead.pk, lead.address, stage, now, placeholders.values_of(lead.contact), first=not lead.step)
        media = writing.media_of(locked, sequence_of(locked.pk))
        (outcome,), happenings = ask(locked.workspace, [writing.text_for(locked, due, media, Priority.PERSON)], now)
        writing.keep([due], [outcome], [], now)
        audit.record(locked.workspace, member, "campaign.send_next", locked.public_id, lead=lead.contact.public_id)
        follow.tell([locked.pk], now, happenings)
    if isinstance(outcome.verdict, Refuse | Defer):
        raise Refused(outcome.verdict.code, outcome.verdict.reason)
    return outcome


def _locked(campaign: Campaign, contact_id: int) -> Recipient:
    leads = Recipient.objects.select_for_update(of=("self",), no_key=True).select_related("contact")
    return leads.get(campaign=campaign, contact=contact_id)


def _next(campaign: Campaign, lead: Recipient) -> Stage:
    if campaign.state != Campaign.State.ACTIVE:
        raise Refused("not_active", _("The campaign is not active. Start or resume it first."))
    if lead.status not in (Recipient.Status.PENDING, Recipient.Status.IN_PROGRESS):
        sentence = _("This lead is %(status)s: nothing more goes to them.")
        raise Refused("lead_ended", sentence % {"status": lead.get_status_display()})
    if lead.step and lead.sent_at is None:
        raise Refused("on_its_way", _("Their last text has not left yet. The next one can go after it."))
    stage = sequence_of(campaign.pk).after(lead.step)
    if stage is None:
        raise Refused("no_messages", _("There is no further step to send."))
    return stage
