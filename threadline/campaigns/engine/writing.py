"""What a lead gets, and what is written down about it: the touch, and how far the lead has come."""

from collections.abc import Sequence as Listed
from datetime import datetime

from django.db import connection

from threadline.campaigns import placeholders
from threadline.campaigns.engine.picking import Due
from threadline.campaigns.models import Campaign, Recipient
from threadline.lib import rows, sql
from threadline.messaging.models.outbox import Priority
from threadline.messaging.outgoing import MessageRef, Outcome, Outgoing
from threadline.messaging.verdicts import Hold, Refuse

Status = Recipient.Status

# The gate's objection is to the From number, not to the person: the lead stays as it is, the page says what is wrong.
OUR_FAULT = "from"


def text_for(
    campaign: Campaign, due: Due, not_after: datetime | None = None, priority: int = Priority.CAMPAIGN
) -> Outgoing:
    """The text of the step that is due, with the lead's own words in it."""
    return Outgoing(
        to=due.address,
        body=placeholders.compile(due.stage.body).render(due.values),
        number_id=campaign.number_id,
        source=campaign.source,
        automatic=True,
        stop_on_reply=campaign.complete_on_reply,
        priority=priority,
        not_after=not_after,
        basis=basis_of(campaign),
    )


def basis_of(campaign: Campaign) -> str:
    """On whose word its people may be texted, for the receipt."""
    if campaign.acknowledged_at is None:
        return ""
    who = campaign.acknowledged_by.public_id if campaign.acknowledged_by else "a program"
    return f"acknowledged by {who} at {campaign.acknowledged_at.isoformat()}"


def keep(due: Listed[Due], outcomes: Listed[Outcome], now: datetime) -> int:
    """Write down what was asked for and what was refused, in the caller's transaction; how many were asked for."""
    asked: dict[int, list[int]] = {}
    touches, refused, held = [], [], []
    for one, outcome in zip(due, outcomes, strict=True):
        if isinstance(outcome.verdict, Refuse):
            if outcome.verdict.param != OUR_FAULT:
                refused.append((one.recipient_id, *_refusal(outcome.verdict), now))
            continue
        touches.append((one.recipient_id, one.stage.id, _message(outcome).id, one.stage.version, now))
        asked.setdefault(one.stage.position, []).append(one.recipient_id)
        if isinstance(outcome.verdict, Hold):
            held.append((one.recipient_id, Status.HELD, outcome.verdict.reason))
    rows.insert("campaigns_touch", ("recipient_id", "step_id", "message_id", "version", "at"), touches)
    for position, lead_ids in asked.items():
        _asked(lead_ids, position, now)
    rows.update("campaigns_recipient", "id", ("status", "reason"), held)
    rows.update("campaigns_recipient", "id", ("status", "reason", "ended_at"), refused, also="sent_at = NULL")
    return len(touches)


def _asked(lead_ids: list[int], position: int, now: datetime) -> None:
    at = rows.plain(now)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_recipient SET status = 'in_progress', reason = '', step = %s, sent_at = NULL, "
            f"first_text_at = COALESCE(first_text_at, {sql.moment()}), last_text_at = %s "
            f"WHERE {sql.any_of('id')}",
            [position, at, at, sql.array(lead_ids)],
        )


def _message(outcome: Outcome) -> MessageRef:
    if outcome.message is None:
        raise AssertionError(f"the gate let a text through and made none: {outcome.verdict}")
    return outcome.message


def _refusal(verdict: Refuse) -> tuple[str, str]:
    status = Status.OPTED_OUT if verdict.code == "opted_out" else Status.SKIPPED
    return status, verdict.reason
