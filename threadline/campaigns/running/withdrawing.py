"""Taking back what a campaign has asked for and no carrier has yet: the leads stand where they stood before."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from threadline.campaigns.models import Campaign, Recipient, Touch
from threadline.events.publish import Happening
from threadline.lib import rows, sql
from threadline.messaging import withdraw
from threadline.messaging.models import OutboxEntry

Status = Recipient.Status


def everything(campaign: Campaign, reason: str, now: datetime) -> list[Happening]:
    """All its texts that have not left, in the transaction that changes its state; what to publish about it."""
    return _given_back(campaign, withdraw.source(campaign.workspace_id, campaign.source, reason, now))


def late(campaign: Campaign, before: datetime, reason: str, now: datetime) -> list[Happening]:
    """Those of its texts that have not left and may not reach anybody after a moment that is before `before`."""
    entries = OutboxEntry.objects.filter(workspace=campaign.workspace_id, source=campaign.source, not_after__lt=before)
    message_ids = list(entries.values_list("message_id", flat=True))
    return _given_back(campaign, withdraw.texts(campaign.workspace_id, message_ids, reason, now))


def of_lead(lead: Recipient, now: datetime) -> list[Happening]:
    """The texts of one lead that have not left."""
    waiting = list(lead.touches.values_list("message_id", flat=True))
    message_ids = withdraw.texts(lead.workspace_id, waiting, _("The lead was taken out of the campaign."), now)
    give_back(message_ids)
    return withdraw.happenings(message_ids)


def _given_back(campaign: Campaign, message_ids: list[int]) -> list[Happening]:
    give_back(message_ids)
    # They have not been texted, so their places in the batch are free again.
    campaign.batch_left = min(campaign.batch_size, campaign.batch_left + len(message_ids))
    campaign.save(update_fields=["batch_left"])
    return withdraw.happenings(message_ids)


def give_back(message_ids: Collection[int]) -> None:
    """The steps of these withdrawn texts count as never asked for: each can be asked for once more."""
    if not message_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM campaigns_touch WHERE {sql.any_of('message_id')} RETURNING recipient_id",
            [sql.array(message_ids)],
        )
        lead_ids = sorted(pk for (pk,) in cursor.fetchall())
        if connection.vendor == "postgresql":  # in the order of the ids, as everybody locks them
            which = f"SELECT 1 FROM campaigns_recipient WHERE {sql.any_of('id')} ORDER BY id FOR NO KEY UPDATE"
            cursor.execute(which, [lead_ids])
    before = {
        row["recipient"]: (row["position"], row["at"])
        for row in Touch.objects.filter(recipient__in=lead_ids)
        .values("recipient")
        .annotate(position=Max("step__position"), at=Max("at"))
    }
    started = [(pk, Status.IN_PROGRESS, *before[pk], before[pk][1]) for pk in lead_ids if pk in before]
    fresh = [(pk, Status.PENDING, 0, None, None, None) for pk in lead_ids if pk not in before]
    # One whose lead has ended meanwhile stays ended; its wait is over, so the step is due again at once.
    where = "campaigns_recipient.status IN ('in_progress', 'held')"
    rows.update("campaigns_recipient", "id", ("status", "step", "last_text_at", "sent_at"), started, where=where)
    columns = ("status", "step", "last_text_at", "sent_at", "first_text_at")
    rows.update("campaigns_recipient", "id", columns, fresh, where=where)
