"""Texts that wait for their moment: when they go, and whether whoever typed one may send it now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from threadline.compliance import zones
from threadline.inbox.thread import Text
from threadline.messaging import hurrying, statuses
from threadline.messaging.models import Receipt


@dataclass(frozen=True, slots=True)
class Wait:
    """`goes` says when, `why` the reason, both in words that stay true; `now`: whether it may go at once."""

    goes: str
    why: str
    now: bool


def of(texts: Iterable[Text], zone: tzinfo, now: datetime) -> dict[int, Wait]:
    """The waits of those that were put off, by message. One query, and none when nothing waits."""
    asleep = {text.id: text for text in texts if text.status == statuses.SCHEDULED}
    if not asleep:
        return {}
    put_off = Receipt.objects.filter(message__in=asleep, verdict="defer").order_by("id")
    return {
        pk: Wait(
            _goes(code, facts, zone),
            _why(code, facts, asleep[pk].error),
            hurrying.may_go(asleep[pk].source, code, wrote, now),
        )
        for pk, code, facts, wrote in put_off.values_list(
            "message_id", "code", "facts", "message__conversation__last_inbound_at"
        )
    }


def _why(code: str, facts: dict[str, Any], reason: str) -> str:
    """What the clock showed when it was put off is no longer so; where they are is."""
    if code != "quiet_hours":
        return reason
    if len(facts["zones"]) > 1:
        return _("They may be in %(n)d time zones (%(how)s).") % {"n": len(facts["zones"]), "how": facts["zones_by"]}
    said = {"place": zones.place(facts["zones"][0]), "how": facts["zones_by"]}
    return _("They are in %(place)s (%(how)s), where it is quiet until then.") % said


def _goes(code: str, facts: dict[str, Any], zone: tzinfo) -> str:
    until = datetime.fromisoformat(facts["until"])
    if code == "quiet_hours":
        morning = facts["quiet"][1]
        walls = [f"{until.astimezone(ZoneInfo(name)):%H:%M}" for name in facts["zones"]]
        return _("Goes at %(time)s their time") % {"time": morning if morning in walls else walls[0]}
    local = until.astimezone(zone)
    return _("Goes on %(day)s at %(time)s") % {"day": formats.date_format(local, "j F"), "time": f"{local:%H:%M}"}
