"""What becomes of leads when their people are deleted or merged, and when that is undone.

A lead that ends here ends at the very moment of the deletion or the merge: that is how it is known again.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from threadline.campaigns import audience, states
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, Recipient, Touch
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.models.touch import REACHED_NOBODY
from threadline.campaigns.running import lifecycle, progress, withdrawing
from threadline.contacts import links
from threadline.contacts.models import Merge
from threadline.events.publish import Happening
from threadline.lib import doorbell
from threadline.messaging import withdraw

Status = Recipient.Status


class Leads(links.Room):
    def hold(self, contact_ids: Collection[int]) -> None:
        """The engine locks a campaign and then the conversations of its leads: so do we."""
        alive = Recipient.objects.filter(contact__in=contact_ids).exclude(campaign__state__in=states.ENDED)
        _lock(set(alive.values_list("campaign_id", flat=True)))

    def hidden(self, workspace_id: int, contact_ids: Collection[int], at: datetime) -> list[Happening]:
        """Who waits is taken out: what has not left is taken back."""
        waiting = Recipient.objects.filter(contact__in=contact_ids, status__in=WAITING)
        return _end(workspace_id, waiting.values_list("id", "campaign_id"), _("The person was deleted."), at)

    def shown(self, workspace_id: int, contact_ids: Collection[int], at: datetime) -> list[Happening]:
        """Whom the deletion took out waits again where they stood."""
        return _go_on(Recipient.objects.filter(contact__in=contact_ids), at)

    def renumbered(self, contact_id: int, phone: str) -> None:
        """Whoever no text has reached gets theirs at the new number; who is under way stays with the one they have."""
        reached = Touch.objects.filter(recipient=OuterRef("id")).exclude(message__status__in=REACHED_NOBODY)
        taken = Recipient.objects.filter(campaign=OuterRef("campaign_id"), address=phone)
        leads = Recipient.objects.filter(contact=contact_id).exclude(Exists(reached)).exclude(Exists(taken))
        ids = leads.order_by("id").select_for_update(of=("self",), no_key=True).values_list("id", flat=True)
        Recipient.objects.filter(id__in=list(ids)).update(address=phone)

    def moved(self, move: links.Move) -> list[Happening]:
        """No campaign texts two numbers of one person: of their leads in it only the one who has come furthest goes on.

        None does where the person has opted out, answered or got every step with the other number already. Where only
        the other one was a lead, the lead is the kept person's now and stays with its number.
        """
        if move.back:
            return _apart(move)
        leads = _locked(_family(move.target))
        own = {lead.campaign_id for lead in leads if lead.contact_id == move.target}
        alone = [lead.pk for lead in leads if lead.contact_id == move.source and lead.campaign_id not in own]
        Recipient.objects.filter(id__in=alone).update(contact=move.target)
        furthest: dict[int, Recipient] = {}
        for lead in sorted(leads, key=lambda lead: (_reached(lead), lead.contact_id == move.target)):
            furthest[lead.campaign_id] = lead
        over = {lead.campaign_id for lead in leads if lead.status in (Status.COMPLETED, Status.OPTED_OUT)}
        behind = [
            lead
            for lead in leads
            if lead.status in WAITING and (lead.campaign_id in over or furthest[lead.campaign_id] is not lead)
        ]
        ended = [(lead.pk, lead.campaign_id) for lead in behind]
        return _end(move.workspace_id, ended, _("Merged with another lead of this campaign."), move.at)

    def listed(self, list_id: int, contact_ids: Collection[int]) -> int:
        """Whoever was removed is added again."""
        return audience.listed(list_id, contact_ids)


def _family(contact_id: int) -> set[int]:
    """A person with everybody who was merged into them."""
    found, more = {contact_id}, {contact_id}
    while more:
        merges = Merge.objects.filter(kept__in=more, undone_at=None)
        more = set(merges.values_list("gone_id", flat=True)) - found
        found |= more
    return found


def _locked(contact_ids: Collection[int]) -> list[Recipient]:
    leads = Recipient.objects.filter(contact__in=contact_ids).order_by("id")
    _lock(set(leads.values_list("campaign_id", flat=True)))
    return list(leads)


def _reached(lead: Recipient) -> int:
    """The last step that they got, as far as we know."""
    return lead.step - (lead.status in (Status.FAILED, Status.SKIPPED))


def _apart(move: links.Move) -> list[Happening]:
    """The leads with the other's numbers go back to them, and whom the merge took out waits again."""
    leads = Recipient.objects.filter(contact=move.source, address__in=move.phones)
    _lock(set(leads.values_list("campaign_id", flat=True)))
    taken = Recipient.objects.filter(contact=move.target).values("campaign_id")
    leads.exclude(campaign__in=taken).update(contact=move.target)
    return _go_on(Recipient.objects.filter(contact__in=_family(move.source) | _family(move.target)), move.at)


def _end(workspace_id: int, leads: Iterable[tuple[int, int]], reason: str, at: datetime) -> list[Happening]:
    """Take leads, given with their campaigns, out; what to publish."""
    found = dict(leads)
    if not found:
        return []
    campaign_ids = _lock(set(found.values()))
    texts = Touch.objects.filter(recipient__in=found).values_list("message_id", flat=True)
    message_ids = withdraw.texts(workspace_id, list(texts), reason, at)
    withdrawing.give_back(message_ids)
    still = Recipient.objects.filter(id__in=found, status__in=WAITING)
    still.update(status=Status.REMOVED, how="", reason=reason, deferred_until=None, deferred_code="", ended_at=at)
    lifecycle.complete_finished(campaign_ids, at)
    return [*withdraw.happenings(message_ids), *_changed(campaign_ids)]


def _go_on(leads: QuerySet[Recipient], at: datetime) -> list[Happening]:
    """Whoever ended at that moment waits again; where the campaign has ended meanwhile they would wait for ever."""
    ended = leads.filter(status=Status.REMOVED, ended_at=at)
    campaign_ids = _lock(set(ended.values_list("campaign_id", flat=True)))
    found = list(ended.exclude(campaign__state__in=states.ENDED).values_list("id", flat=True))
    if not found:
        return []
    again = Recipient.objects.filter(id__in=found)
    again.filter(step=0).update(status=Status.PENDING, reason="", ended_at=None)
    again.filter(step__gt=0).update(status=Status.IN_PROGRESS, reason="", ended_at=None)
    progress.update(found, at)  # replies and opt-outs since, and when the last text went
    doorbell.ring_on_commit("campaigns")
    return _changed(campaign_ids)


def _lock(campaign_ids: Collection[int]) -> list[int]:
    ordered = sorted(campaign_ids)
    if connection.vendor == "postgresql":
        for campaign_id in ordered:
            lock(campaign_id)
    return ordered


def _changed(campaign_ids: Collection[int]) -> list[Happening]:
    campaigns = Campaign.objects.filter(id__in=campaign_ids).order_by("id").values_list("workspace_id", "public_id")
    return [Happening(workspace_id, "campaign.changed", public_id) for workspace_id, public_id in campaigns]
