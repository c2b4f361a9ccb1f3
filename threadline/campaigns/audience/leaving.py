"""Leads who are left out from now on, and those who come back: what they got stays counted, and none gets it twice."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from threadline.campaigns.audience import gaining
from threadline.campaigns.audience.sources import Piece, Source, Sources
from threadline.campaigns.audience.sources import of as sources_of
from threadline.campaigns.models import Campaign, Recipient, Touch
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.running import progress, withdrawing
from threadline.events.publish import Happening
from threadline.lib import rows
from threadline.messaging import withdraw

Status = Recipient.Status
How = Recipient.How

_WAIT: Final = "lead.status IN ('pending', 'in_progress', 'held')"
_LEADS: Final = "FROM campaigns_recipient AS lead JOIN contacts_contact AS contact ON contact.id = lead.contact_id"


def between(campaign: Campaign, source: Source, after: int, last: int) -> list[int]:
    """The leads who wait and are among a list's or tag's people, by the ids of their rows there."""
    table, owner = source.members()
    return _ask(
        f"SELECT lead.id FROM {table} AS member "
        "JOIN campaigns_recipient AS lead ON lead.contact_id = member.contact_id "
        f"WHERE member.{owner} = %s AND member.id > %s AND member.id <= %s AND lead.campaign_id = %s AND {_WAIT}",
        [source.owner_id, after, last, campaign.pk],
    )


def waiting(campaign: Campaign, source: Source) -> list[int]:
    """The leads who wait and whom this source leaves out, at most MOST of them. Only reads."""
    holds = source.holds()
    statement = f"SELECT lead.id {_LEADS} WHERE lead.campaign_id = %s AND {_WAIT} AND {holds.sql} LIMIT %s"
    return _ask(statement, [campaign.pk, *holds.values, gaining.MOST])


def left_out(campaign: Campaign, sources: Sources) -> list[int]:
    """The leads who were left out and are not any more, at most MOST of them. Only reads."""
    return _removed(campaign, How.EXCLUDED, _welcome(sources))


def added_again(campaign: Campaign, sources: Sources) -> list[int]:
    """The leads who were removed, added again since, and may come back; at most MOST of them."""
    return _removed(campaign, How.AGAIN, _welcome(sources))


def not_welcome(campaign: Campaign) -> int:
    """Whoever is still marked as added again and did not come back is left out; how many."""
    again = Recipient.objects.filter(campaign=campaign, status=Status.REMOVED, how=How.AGAIN)
    return again.update(how=How.EXCLUDED, reason=_("Left out of this campaign’s audience."))


def leave(campaign: Campaign, lead_ids: Collection[int], reason: str, now: datetime) -> list[Happening]:
    """Take leads out, in the transaction that has the campaign locked: what has not left is taken back; what to
    publish. Whoever has ended meanwhile stays as they ended."""
    leads = Recipient.objects.filter(id__in=list(lead_ids), status__in=WAITING)
    ids = list(leads.order_by("id").select_for_update(no_key=True).values_list("id", flat=True))
    texts = Touch.objects.filter(recipient__in=ids).values_list("message_id", flat=True)
    message_ids = withdraw.texts(campaign.workspace_id, list(texts), reason, now)
    withdrawing.give_back(message_ids)
    gone = {"status": Status.REMOVED, "how": How.EXCLUDED, "reason": reason, "sent_at": None, "ended_at": now}
    Recipient.objects.filter(id__in=ids).update(**gone, deferred_until=None, deferred_code="")
    return withdraw.happenings(message_ids)


def strangers(campaign: Campaign, sources: Sources, reason: str, now: datetime) -> list[Happening]:
    """Take out who waits and does not belong any more, in the transaction that has a draft locked; what to publish.

    Only of a draft whose launch was recalled has anybody got a text: those are few, all others go at once.
    """
    belongs, at = sources.belongs(), rows.plain(now)
    begun = _ask(
        f"SELECT lead.id {_LEADS} WHERE lead.campaign_id = %s AND lead.status IN ('in_progress', 'held') "
        f"AND NOT {belongs.sql}",
        [campaign.pk, *belongs.values],
    )
    happenings = leave(campaign, begun, reason, now) if begun else []
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_recipient SET status = 'removed', how = 'excluded', reason = %s, ended_at = %s, "
            "deferred_until = NULL, deferred_code = '' "
            f"WHERE id IN (SELECT lead.id {_LEADS} "
            f"WHERE lead.campaign_id = %s AND lead.status = 'pending' AND NOT {belongs.sql})",
            [reason, at, campaign.pk, *belongs.values],
        )
    return happenings


def come_back(lead_ids: Collection[int], now: datetime) -> None:
    """Let removed leads wait again, after the last step that they got, in the transaction that has the campaign locked.

    Replies and opt-outs since count, and so does what became of the last text.
    """
    leads = Recipient.objects.filter(id__in=list(lead_ids), status=Status.REMOVED)
    again = {"how": "", "reason": "", "ended_at": None, "sent_at": None}
    leads.filter(step=0).update(status=Status.PENDING, **again)
    leads.filter(step__gt=0).update(status=Status.IN_PROGRESS, **again)
    progress.update(lead_ids, now)


def why(campaign: Campaign, contact_id: int) -> str:
    """Why somebody is left out of it now, in a sentence; "" when they are not."""
    for source in sources_of(campaign).excluded:
        holds = source.holds()
        if _ask(
            f"SELECT 1 FROM contacts_contact AS contact WHERE contact.id = %s AND {holds.sql}",
            [contact_id, *holds.values],
        ):
            return reason_of(source)
    return ""


def reason_of(source: Source) -> str:
    """Why somebody is left out, in a sentence."""
    rule = source.rule
    if rule is None:
        raise AssertionError("the campaign's own list leaves nobody out")
    if rule.list is not None:
        return _("On the list “%(name)s”, which this campaign leaves out.") % {"name": rule.list.name}
    if rule.tag is not None:
        return _("Has the tag “%(name)s”, which this campaign leaves out.") % {"name": rule.tag.name}
    return _("“%(value)s” is in a field that this campaign leaves out.") % {"value": rule.field_value}


def _welcome(sources: Sources) -> Piece:
    belongs, without = sources.belongs(), sources.left_out()
    sql = f"contact.deleted_at IS NULL AND {belongs.sql} AND NOT {without.sql}"
    return Piece(sql, [*belongs.values, *without.values])


def _removed(campaign: Campaign, how: str, which: Piece) -> list[int]:
    where = f"lead.campaign_id = %s AND lead.status = 'removed' AND lead.how = %s AND {which.sql}"
    return _ask(f"SELECT lead.id {_LEADS} WHERE {where} LIMIT %s", [campaign.pk, how, *which.values, gaining.MOST])


def _ask(statement: str, values: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return sorted(pk for (pk,) in cursor.fetchall())
