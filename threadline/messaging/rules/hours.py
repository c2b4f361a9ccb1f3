"""Rules about the hour: the quiet hours of the workspace by the person's own clock, and the caller's own hours."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from threadline.compliance import zones
from threadline.lib import windows
from threadline.messaging.entry import Entry
from threadline.messaging.facts import Facts
from threadline.messaging.verdicts import Defer, Hold, Verdict

SHORTEST_VALIDITY: Final = timedelta(seconds=120)  # before the end of its hours: less is not worth a text
ANSWER: Final = timedelta(hours=24)  # a text by hand to somebody who wrote so lately is an answer, at any hour
LOOK_AGAIN: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """The waking hours that a moment is in, or the next ones; `place` and `wall`: where it is night, or nearly."""

    opens: datetime | None  # None: no moment suits all zones
    closes: datetime | None
    zone: str
    wall: str  # "22:14"


def quiet_hours(entry: Entry, facts: Facts) -> Verdict | None:
    """Nobody is texted at night, wherever they are; an answer that somebody types may go at any hour."""
    night = _night(entry, facts)
    if night is None:
        return None
    where, now = facts.zones_of(entry), entry.at(facts.now)
    hours = _hours(where.names, *night, now)
    if hours.opens is None:
        reason = _(
            "They may be in so many time zones (%(how)s) that no hour suits them all. Set a time zone on their page."
        )
        return Hold("quiet_hours", reason % {"how": where.how})
    if hours.opens <= now:
        return None
    reason = _("It is %(time)s in %(place)s (%(how)s); texts may go from %(from)s.")
    if len(where.names) > 1:
        reason = _("It is %(time)s in %(place)s, where they may be (%(how)s); texts may go from %(from)s.")
    said = {"time": hours.wall, "place": zones.place(hours.zone), "how": where.how, "from": f"{night[1]:%H:%M}"}
    return Defer("quiet_hours", reason % said, hours.opens)


def out_of_hours(entry: Entry, facts: Facts) -> Verdict | None:
    """Its hours are over, or so nearly that the carrier might deliver it later: whoever asked for it takes it back."""
    if entry.not_after is None or entry.at(facts.now) <= entry.not_after - SHORTEST_VALIDITY:
        return None
    return Defer("out_of_hours", _("The hours in which it may be sent are over."), facts.now + LOOK_AGAIN)


def ends(entry: Entry, facts: Facts, at: datetime | None = None) -> datetime | None:
    """When it may not reach the person any more if it leaves `at` (or when it is to), in UTC; None: never."""
    night = _night(entry, facts)
    if night is None:
        return entry.not_after
    closes = _hours(facts.zones_of(entry).names, *night, at or entry.at(facts.now)).closes
    return min((end for end in (entry.not_after, closes) if end is not None), default=None)


def awake(entry: Entry, facts: Facts, at: datetime) -> datetime:
    """The first moment from `at` on that is not at night for them; `at` itself when none is."""
    night = _night(entry, facts)
    if night is None:
        return at
    return _hours(facts.zones_of(entry).names, *night, at).opens or at


def seen(entry: Entry, facts: Facts) -> dict[str, Any]:
    """What quiet hours looked at, where the workspace has them."""
    terms = facts.terms.get(entry.workspace_id)
    if terms is None or terms.quiet is None:
        return {}
    where, now = facts.zones_of(entry), entry.at(facts.now)
    hours = _hours(where.names, *terms.quiet, now)
    saw: dict[str, Any] = {"zones": list(where.names), "zones_by": where.how, "wall": hours.wall, "zone": hours.zone}
    saw["quiet"] = [f"{one:%H:%M}" for one in terms.quiet]
    if entry.by_hand and (wrote := facts.wrote.get((entry.workspace_id, entry.address))):
        saw["wrote_at"] = wrote.isoformat()
        saw["answer"] = _is_answer(entry, facts)
    return saw


def _night(entry: Entry, facts: Facts) -> tuple[time, time] | None:
    """(from, to) of the quiet hours that concern this text; None when none do."""
    terms = facts.terms.get(entry.workspace_id)
    if terms is None or terms.quiet is None or _is_answer(entry, facts):
        return None
    return terms.quiet


def _is_answer(entry: Entry, facts: Facts) -> bool:
    wrote = facts.wrote.get((entry.workspace_id, entry.address)) if entry.by_hand else None
    return wrote is not None and entry.at(facts.now) - wrote <= ANSWER


@lru_cache(maxsize=8192)  # a batch asks the same of everybody in a zone
def _hours(names: tuple[str, ...], night_from: time, night_to: time, now: datetime) -> Hours:
    """The day is what is not night; its last moments are too short for the carrier and count as night."""
    day = windows.over(names, night_to, night_from)
    opens = day.opens_after(now)
    closes = None if opens is None else day.closes_after(opens)
    if opens == now and closes is not None and closes - now < SHORTEST_VALIDITY:
        opens = day.opens_after(closes)
        closes = None if opens is None else day.closes_after(opens)
        zone = names[0]
    else:
        zone = next((name for name in names if not windows.Window(name, night_to, night_from).open_at(now)), names[0])
    return Hours(opens, closes, zone, f"{now.astimezone(ZoneInfo(zone)):%H:%M}")
