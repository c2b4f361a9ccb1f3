"""Who is due: people who wait for a later step first, in the order they became due, then new leads by priority."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from threadline.campaigns.engine import hours, sleeping
from threadline.campaigns.engine.sleeping import Sleep
from threadline.campaigns.launch.scheduling import ASLEEP_BY_SCHEDULE
from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence import clocks, placeholders, timing
from threadline.campaigns.sequence.steps import Sequence, Stage
from threadline.campaigns.sequence.timing import Clock
from threadline.compliance import zones
from threadline.lib import rows

_COLUMNS = """
    lead.id, lead.address, lead.step, lead.sent_at, lead.added_at, contact.timezone, contact.name, contact.first_name,
    contact.last_name, contact.company, contact.email, contact.fields
"""

# Whoever has answered is left out when that completes a lead: the conversation's row, locked together with the lead's,
# keeps an answer that is being stored just now from slipping in between.
_LATER = f"""
    SELECT {_COLUMNS}
    FROM campaigns_recipient AS lead
    JOIN contacts_contact AS contact ON contact.id = lead.contact_id
    JOIN messaging_conversation AS conversation
      ON conversation.workspace_id = lead.workspace_id AND conversation.channel = 'sms'
      AND conversation.address = lead.address
    WHERE lead.campaign_id = %s AND lead.status = 'in_progress' AND lead.step = %s AND lead.sent_at <= %s
      AND lead.deferred_until IS NULL AND contact.deleted_at IS NULL {{silent}}
    ORDER BY lead.sent_at, lead.id LIMIT %s {{lock}}
"""
_SILENT = "AND (conversation.last_inbound_at IS NULL OR conversation.last_inbound_at <= lead.first_text_at)"

_NEW = f"""
    SELECT {_COLUMNS}
    FROM campaigns_recipient AS lead
    JOIN contacts_contact AS contact ON contact.id = lead.contact_id
    WHERE lead.campaign_id = %s AND lead.status = 'pending' AND lead.deferred_until IS NULL
      AND contact.deleted_at IS NULL {{ranked}}
    ORDER BY {{order}} LIMIT %s {{lock}}
"""
_ORDERS: Final = {
    Campaign.Priority.OLDEST: "lead.id",
    Campaign.Priority.NEWEST: "lead.id DESC",
    Campaign.Priority.ALPHABETICAL: "lead.sort_name, lead.id",
    Campaign.Priority.LIST: "lead.rank, lead.id",
    Campaign.Priority.RANDOM: "lead.rank, lead.id",
}


@dataclass(slots=True)
class Due:
    """A lead and the step that is due for them."""

    recipient_id: int
    address: str
    stage: Stage
    due_at: datetime
    values: dict[str, Any]  # of the placeholders
    first: bool = False  # it is the first text that they get
    not_after: datetime | None = None  # the campaign's hours end for them


@dataclass(slots=True)
class Picked:
    """What became of everybody who was looked at."""

    due: list[Due] = field(default_factory=list)
    asleep: list[Sleep] = field(default_factory=list)
    over: list[int] = field(default_factory=list)  # leads for whom no step is left


def pick(campaign: Campaign, sequence: Sequence, limit: int, now: datetime) -> Picked:
    """Up to `limit` leads who may be due, locked where the database locks rows.

    New leads come only when nobody waits for a later step. Those hold their conversations from here on: new ones beside
    them would make this transaction wait for conversations out of order.
    """
    picked = Picked()
    if limit <= 0:
        return picked
    bounds = dict(timing.bounds(sequence, campaign.timezone, now))
    look = _looker(campaign, sequence, now)
    for position, latest in bounds.items():
        if position:
            look(_later(campaign, position, latest, limit), picked)
    picked.due.sort(key=lambda one: (one.due_at, one.recipient_id))
    if 0 in bounds and not (picked.due or picked.asleep or picked.over):
        look(_new(campaign, limit), picked)
    picked.due = picked.due[:limit]
    return picked


def _looker(campaign: Campaign, sequence: Sequence, now: datetime) -> Callable[[list[tuple[Any, ...]], Picked], None]:
    started = campaign.started_at or now

    def look(found: list[tuple[Any, ...]], picked: Picked) -> None:
        for (
            pk,
            address,
            position,
            sent_at,
            added_at,
            said,
            name,
            first_name,
            last_name,
            company,
            email,
            custom,
        ) in found:
            ready_at = rows.moment(sent_at) if position and sent_at else max(rows.moment(added_at), started)
            fields = json.loads(custom) if isinstance(custom, str) else custom
            clock = clocks.of(campaign, sequence, address, said, fields)
            following = timing.following(sequence, position, ready_at, clock)
            if following is None:
                picked.over.append(pk)
            elif following.due > now:
                picked.asleep.append(_sleep(pk, following.due, clock))
            elif until := _closed(campaign, clock, now):
                picked.asleep.append(Sleep(pk, until, "window", _window_reason(until, clock)))
            else:
                values = placeholders.values(address, name, first_name, last_name, company, email, fields)
                ends = hours.of_person(campaign, clock).closes_after(now)
                stage, first = following.stage, not position
                picked.due.append(Due(pk, address, stage, following.due, values, first, ends))

    return look


def _closed(campaign: Campaign, clock: Clock, now: datetime) -> datetime | None:
    """When the hours begin for a person whose own clock counts; None when a text may be asked for now."""
    if campaign.window_zone != Campaign.Zone.PERSON or not hours.limited(campaign):
        return None
    found = hours.of_person(campaign, clock)
    if hours.is_open(found, now):
        return None
    return hours.opens_after(found, now) or now + sleeping.LONGEST


def _sleep(pk: int, due: datetime, clock: Clock) -> Sleep:
    reason = _("Their next message is due on %(when)s.") % {"when": _said(due, clock)}
    return Sleep(pk, due, ASLEEP_BY_SCHEDULE, reason)


def _window_reason(until: datetime, clock: Clock) -> str:
    return _("The sending hours begin for them on %(when)s.") % {"when": _said(until, clock)}


def _said(at: datetime, clock: Clock) -> str:
    zone = clock.person[0] if clock.person else clock.campaign
    return f"{at.astimezone(ZoneInfo(zone)):%d %B %H:%M} ({zones.place(zone)})"


def _later(campaign: Campaign, position: int, latest: datetime, limit: int) -> list[tuple[Any, ...]]:
    silent = _SILENT if campaign.complete_on_reply else ""
    statement = _LATER.format(silent=silent, lock=_lock("lead, conversation"))
    return _ask(statement, [campaign.pk, position, rows.plain(latest), limit])


def _new(campaign: Campaign, limit: int) -> list[tuple[Any, ...]]:
    order = _ORDERS[Campaign.Priority(campaign.priority)]
    # Nobody is without a rank where it counts (audience.ranking); to say so lets the database read them in that order.
    ranked = "AND lead.rank > 0" if "rank" in order else ""
    statement = _NEW.format(order=order, ranked=ranked, lock=_lock("lead"))
    return _ask(statement, [campaign.pk, limit])


def _ask(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _lock(tables: str) -> str:
    return f"FOR NO KEY UPDATE OF {tables} SKIP LOCKED" if connection.vendor == "postgresql" else ""
