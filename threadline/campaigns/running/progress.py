"""How far a lead has come, decided from stored facts alone: what became of the last text, a reply, an opt-out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.sequence.steps import Sequence, sequence_of, sequences
from threadline.compliance.models import Policy
from threadline.compliance.optouts import blocks
from threadline.lib import rows, sql
from threadline.messaging.facts import opt_outs_of
from threadline.numbers import sharing
from threadline.numbers.chores import look_again

Status = Recipient.Status
How = Recipient.How

NEVER_ARRIVED = frozenset({"failed", "undelivered"})
OPTED_OUT_CODE = 21610
NOT_OUR_SENDER = frozenset({21659, 21660, 21661})  # the carrier objects to the From number, not to the person


@dataclass(slots=True)
class Lead:
    """A recipient with the facts that decide."""

    id: int
    campaign_id: int
    workspace_id: int
    address: str
    status: str
    how: str
    reason: str
    step: int
    sent_at: datetime | None
    first_text_at: datetime | None
    replied_at: datetime | None
    complete_on_reply: bool
    message_status: str | None
    sid: str | None
    error: str | None
    error_code: int | None
    message_sent_at: datetime | None
    last_inbound_at: datetime | None
    ended_at: datetime | None
    line: str  # the campaign's number; "" without one
    overtaken: bool  # the text was cancelled, and something that they wrote was read after it had been asked for
    opted_out_at: datetime | None = None

    @property
    def state(self) -> tuple[object, ...]:
        return self.status, self.how, self.reason, self.sent_at, self.replied_at


def update(recipient_ids: Collection[int], now: datetime) -> set[int]:
    """Bring leads up to date with the facts, in the caller's transaction; the campaigns that they are in."""
    leads = _load(recipient_ids)
    if not leads:
        return set()
    chains = sequences({lead.campaign_id for lead in leads})
    changed = []
    for lead in leads:
        before = lead.state
        decide(lead, chains[lead.campaign_id], now)
        if lead.state != before:
            changed.append(lead)
    _write(changed, now)
    if doubtful := {lead.campaign_id for lead in changed if lead.error_code in NOT_OUR_SENDER}:
        numbers = Campaign.objects.filter(id__in=doubtful, number__isnull=False)
        look_again([pk for pk in numbers.values_list("number", flat=True) if pk])
    return {lead.campaign_id for lead in leads}


def finish(campaign: Campaign, now: datetime) -> None:
    """After steps were removed: whoever waited for one and has none to come has finished; in the same transaction."""
    last = max((stage.position for stage in sequence_of(campaign.pk).alive), default=0)
    waiting = campaign.recipients.filter(status=Status.IN_PROGRESS, sent_at__isnull=False, step__gte=last)
    waiting.update(status=Status.COMPLETED, how=How.FINISHED, sent_at=None, ended_at=now, deferred_until=None)


def decide(lead: Lead, sequence: Sequence, now: datetime) -> None:
    """Change the lead to what its facts say. Pure: the facts are all on it."""
    if not lead.replied_at and not lead.opted_out_at and _answered(lead):
        lead.replied_at = lead.last_inbound_at
    if _stopped(lead):
        _end(lead, Status.OPTED_OUT)
    elif lead.status in WAITING and lead.replied_at and lead.complete_on_reply:
        _end(lead, Status.COMPLETED, How.REPLIED)
    elif lead.message_status in NEVER_ARRIVED and lead.error_code in NOT_OUR_SENDER and lead.status in WAITING:
        lead.status, lead.reason = Status.HELD, lead.error or ""
    elif lead.message_status in NEVER_ARRIVED and (lead.status in WAITING or lead.how == How.FINISHED):
        if lead.error_code == OPTED_OUT_CODE:
            _end(lead, Status.OPTED_OUT)
        else:
            _end(lead, Status.FAILED, reason=lead.error or _("The text did not arrive."))
    elif lead.status in WAITING and lead.message_status == "canceled":
        _end(lead, Status.SKIPPED, reason=lead.error or _("The text was cancelled."))
    elif lead.status == Status.IN_PROGRESS and lead.message_status == "held":
        lead.status, lead.reason = Status.HELD, lead.error or ""
    elif lead.status in WAITING and lead.sid and lead.step:
        _taken(lead, sequence, now)


def _stopped(lead: Lead) -> bool:
    """They opted out while they waited, or after they got every step: a STOP is counted as what it is."""
    if lead.opted_out_at is None:
        return False
    if lead.status in WAITING:
        return True
    texted_at = lead.first_text_at if lead.how == How.FINISHED else None
    return texted_at is not None and lead.opted_out_at >= texted_at


def _answered(lead: Lead) -> bool:
    """They wrote after the first text was asked for; or before it, and it was taken back when that was read."""
    if lead.last_inbound_at is None or lead.first_text_at is None:
        return False
    return lead.last_inbound_at > lead.first_text_at or (lead.complete_on_reply and lead.overtaken)


def _taken(lead: Lead, sequence: Sequence, now: datetime) -> None:
    """The carrier has the text of the last step: the wait for the next one begins, or that was all."""
    if sequence.after(lead.step) is None:
        _end(lead, Status.COMPLETED, How.FINISHED)
    elif lead.sent_at is None or lead.status == Status.HELD:
        lead.status, lead.reason = Status.IN_PROGRESS, ""
        lead.sent_at = lead.message_sent_at or now


def _end(lead: Lead, status: str, how: str = "", reason: str = "") -> None:
    lead.status, lead.how, lead.reason, lead.sent_at = status, how, reason, None
    lead.ended_at = None  # now, also for one that had finished: the results count an opt-out when it came


_FACTS = """
    SELECT lead.id, lead.campaign_id, lead.workspace_id, lead.address, lead.status, lead.how, lead.reason, lead.step,
      lead.sent_at, lead.first_text_at, lead.replied_at, campaign.complete_on_reply,
      message.status, message.sid, message.error, message.error_code, message.sent_at, conversation.last_inbound_at,
      lead.ended_at, COALESCE(number.phone, ''),
      message.status = 'canceled' AND EXISTS (
        SELECT 1 FROM messaging_message AS word WHERE word.conversation_id = message.conversation_id
          AND word.direction = 'inbound' AND word.id > message.id
      )
    FROM campaigns_recipient AS lead
    JOIN campaigns_campaign AS campaign ON campaign.id = lead.campaign_id
    LEFT JOIN numbers_number AS number ON number.id = campaign.number_id
    LEFT JOIN campaigns_step AS step ON step.campaign_id = lead.campaign_id AND step.position = lead.step
    LEFT JOIN campaigns_touch AS touch ON touch.recipient_id = lead.id AND touch.step_id = step.id
    LEFT JOIN messaging_message AS message ON message.id = touch.message_id
    LEFT JOIN messaging_conversation AS conversation
      ON conversation.workspace_id = lead.workspace_id AND conversation.channel = 'sms'
      AND conversation.address = lead.address
    WHERE {which} ORDER BY lead.id {lock}
"""


def _load(recipient_ids: Collection[int]) -> list[Lead]:
    if not recipient_ids:
        return []
    lock = "FOR NO KEY UPDATE OF lead" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS.format(which=sql.any_of("lead.id"), lock=lock), [sql.array(recipient_ids)])
        leads = [Lead(*_read(row)) for row in cursor.fetchall()]
    _note_opt_outs(leads)
    return leads


def _note_opt_outs(leads: Collection[Lead]) -> None:
    """Those that forbid a text over the campaign's line, as the gate has it; any other STOP is a text like others."""
    found = opt_outs_of([(lead.workspace_id, lead.address) for lead in leads])
    workspace_ids = {workspace_id for workspace_id, _address in found}
    services = {pk: sharing.services(pk) for pk in workspace_ids}
    policies = Policy.objects.filter(workspace__in=workspace_ids, narrow_stop=True)
    narrow = set(policies.values_list("workspace", flat=True))
    for lead in leads:
        if opt_outs := found.get((lead.workspace_id, lead.address)):
            shared = sharing.mates(services[lead.workspace_id], lead.line)
            stop = blocks(opt_outs, lead.line, True, shared, lead.workspace_id in narrow)
            lead.opted_out_at = stop.at if stop else None


def _read(row: tuple[Any, ...]) -> list[Any]:
    """SQLite knows neither time zones nor booleans."""
    values = [rows.moment(value) if isinstance(value, datetime) else value for value in row]
    values[11], values[-1] = bool(values[11]), bool(values[-1])
    return values


def _write(leads: Collection[Lead], now: datetime) -> None:
    rows.update(
        "campaigns_recipient",
        "id",
        ("status", "how", "reason", "sent_at", "replied_at", "ended_at"),
        [(one.id, one.status, one.how, one.reason, one.sent_at, one.replied_at, _ended_at(one, now)) for one in leads],
    )
    ended = [one.id for one in leads if one.status not in WAITING]
    Recipient.objects.filter(id__in=ended, deferred_until__isnull=False).update(deferred_until=None, deferred_code="")


def _ended_at(lead: Lead, now: datetime) -> datetime | None:
    return None if lead.status in WAITING else lead.ended_at or now
