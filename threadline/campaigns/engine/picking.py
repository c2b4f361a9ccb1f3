"""Who is due: people who wait for a later step first, in the order they became due, then new leads by priority."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from threadline.campaigns import placeholders
from threadline.campaigns.models import Campaign
from threadline.campaigns.steps import Sequence, Stage
from threadline.lib import rows

_PERSON = "contact.name, contact.first_name, contact.last_name, contact.company, contact.email, contact.fields"

# Whoever has answered is left out when that completes a lead: the conversation's row, locked together with the lead's,
# keeps an answer that is being stored just now from slipping in between.
_LATER = f"""
    SELECT lead.id, lead.address, lead.sent_at, {_PERSON}
    FROM campaigns_recipient AS lead
    JOIN contacts_contact AS contact ON contact.id = lead.contact_id
    JOIN messaging_conversation AS conversation
      ON conversation.workspace_id = lead.workspace_id AND conversation.channel = 'sms'
      AND conversation.address = lead.address
    WHERE lead.campaign_id = %s AND lead.status = 'in_progress' AND lead.step = %s AND lead.sent_at <= %s {{silent}}
    ORDER BY lead.sent_at, lead.id LIMIT %s {{lock}}
"""
_SILENT = "AND (conversation.last_inbound_at IS NULL OR conversation.last_inbound_at <= lead.first_text_at)"

_NEW = f"""
    SELECT lead.id, lead.address, lead.sent_at, {_PERSON}
    FROM campaigns_recipient AS lead
    JOIN contacts_contact AS contact ON contact.id = lead.contact_id
    WHERE lead.campaign_id = %s AND lead.status = 'pending'
    ORDER BY {{order}} LIMIT %s {{lock}}
"""
_ORDERS: Final = {
    Campaign.Priority.OLDEST: "lead.id",
    Campaign.Priority.NEWEST: "lead.id DESC",
    Campaign.Priority.ALPHABETICAL: "lead.sort_name, lead.id",
}


@dataclass(slots=True)
class Due:
    """A lead and the step that is due for them."""

    recipient_id: int
    address: str
    stage: Stage
    due_at: datetime
    values: dict[str, Any]  # of the placeholders


def pick(campaign: Campaign, sequence: Sequence, limit: int, now: datetime) -> list[Due]:
    """Up to `limit` leads whose next step is due, locked where the database locks rows.

    New leads come only when nobody waits for a later step. Those hold their conversations from here on: new ones beside
    them would make this transaction wait for conversations out of order.
    """
    if limit <= 0:
        return []
    found: list[Due] = []
    for before, stage in _followed(sequence):
        found += _later(campaign, before, stage, limit, now)
    found.sort(key=lambda one: (one.due_at, one.recipient_id))
    first = sequence.after(0)
    if first is not None and not found:
        found = _new(campaign, first, limit, now)
    return found[:limit]


def _followed(sequence: Sequence) -> list[tuple[Stage, Stage]]:
    """Every step, removed ones too, with the one that follows it."""
    pairs = [(stage, sequence.after(stage.position)) for stage in sequence]
    return [(stage, following) for stage, following in pairs if following is not None]


def _later(campaign: Campaign, before: Stage, stage: Stage, limit: int, now: datetime) -> list[Due]:
    silent = _SILENT if campaign.complete_on_reply else ""
    statement = _LATER.format(silent=silent, lock=_lock("lead, conversation"))
    values = [campaign.pk, before.position, rows.plain(now - before.wait), limit]
    return [
        Due(row[0], row[1], stage, rows.moment(row[2]) + before.wait, _values(row)) for row in _ask(statement, values)
    ]


def _new(campaign: Campaign, stage: Stage, limit: int, now: datetime) -> list[Due]:
    statement = _NEW.format(order=_ORDERS[Campaign.Priority(campaign.priority)], lock=_lock("lead"))
    return [Due(row[0], row[1], stage, now, _values(row)) for row in _ask(statement, [campaign.pk, limit])]


def _ask(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _lock(tables: str) -> str:
    return f"FOR UPDATE OF {tables} SKIP LOCKED" if connection.vendor == "postgresql" else ""


def _values(row: tuple[Any, ...]) -> dict[str, Any]:
    phone, name, first_name, last_name, company, email, custom = row[1], *row[3:]
    fields = json.loads(custom) if isinstance(custom, str) else custom
    return placeholders.values(phone, name, first_name, last_name, company, email, fields)
