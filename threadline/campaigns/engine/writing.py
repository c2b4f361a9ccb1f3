"""What a lead gets, and what is written down about it: the touch, and how far the lead has come."""

from collections.abc import Mapping
from collections.abc import Sequence as Listed
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from threadline.campaigns.engine.picking import Due
from threadline.campaigns.engine.sleeping import Sleep
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.sequence import opt_out_line, placeholders
from threadline.campaigns.sequence.steps import Sequence
from threadline.lib import rows, sql
from threadline.messaging import acknowledged, uploads
from threadline.messaging.models.outbox import Priority
from threadline.messaging.outgoing import MessageRef, Outcome, Outgoing
from threadline.messaging.verdicts import Defer, Hold, Refuse

Status = Recipient.Status
Media = Mapping[int, tuple[str, ...]]

# The gate's objection is to the From number, not to the person: the lead stays as it is, the page says what is wrong.
OUR_FAULT = "from"


def media_of(campaign: Campaign, sequence: Sequence) -> Media:
    """The signed addresses of the files of every step that has any, by the step's id."""
    return {stage.id: uploads.urls(campaign.workspace_id, stage.media) for stage in sequence.alive if stage.media}


def words_for(campaign: Campaign, due: Due) -> str:
    """What the lead reads: the step's words with theirs in it, on the first text how to opt out."""
    body = placeholders.compile(due.stage.body).render(due.values)
    return opt_out_line.ended_with(body, campaign.opt_out_line) if due.first else body


def text_for(campaign: Campaign, due: Due, media: Media, priority: int = Priority.CAMPAIGN) -> Outgoing:
    """The text of the step that is due. One that may not leave yet is not made: the lead sleeps."""
    return Outgoing(
        to=due.address,
        body=words_for(campaign, due),
        media_urls=media.get(due.stage.id, ()),
        number_id=campaign.number_id,
        source=campaign.source,
        automatic=True,
        stop_on_reply=campaign.complete_on_reply,
        priority=priority,
        run_after=campaign.recall_until,
        not_after=due.not_after,
        waits_outside=True,
        allow_duplicate=due.first and campaign.repeat_meant,
        basis=basis_of(campaign),
    )


def basis_of(campaign: Campaign) -> str:
    """On whose word its people may be texted, for the receipt."""
    if campaign.acknowledged_at is None:
        return ""
    who = campaign.acknowledged_by.public_id if campaign.acknowledged_by else ""
    return acknowledged.kept(who, campaign.acknowledged_at)


def keep(due: Listed[Due], outcomes: Listed[Outcome], asleep: list[Sleep], now: datetime) -> int:
    """Write down what was asked for and what was refused, in the caller's transaction; how many were asked for.

    `asleep` gains those whom the gate defers.
    """
    asked: dict[int, list[int]] = {}
    touches, refused, held = [], [], []
    for one, outcome in zip(due, outcomes, strict=True):
        if isinstance(outcome.verdict, Refuse):
            if outcome.verdict.param != OUR_FAULT:
                refused.append((one.recipient_id, *_refusal(outcome.verdict), now))
            continue
        if isinstance(outcome.verdict, Defer):
            verdict = outcome.verdict
            asleep.append(Sleep(one.recipient_id, verdict.until, verdict.code, verdict.reason))
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


def end(lead_ids: Listed[int], now: datetime) -> None:
    """For these leads no step is left: who got one has finished; whoever got none was too late for all of them."""
    if not lead_ids:
        return
    leads = Recipient.objects.filter(id__in=lead_ids)
    late = _("No message is left for them: each one's date had passed when they joined, or they have no such date.")
    over: dict[str, Any] = {"sent_at": None, "ended_at": now}
    leads.filter(step=0).update(status=Status.SKIPPED, reason=late, **over)
    leads.filter(step__gt=0).update(status=Status.COMPLETED, how=Recipient.How.FINISHED, **over)


def _asked(lead_ids: list[int], position: int, now: datetime) -> None:
    """Whoever slept sleeps no more: what they slept for says nothing about the step after this one."""
    at = rows.plain(now)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_recipient SET status = 'in_progress', reason = '', step = %s, sent_at = NULL, "
            "deferred_until = NULL, deferred_code = '', "
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
