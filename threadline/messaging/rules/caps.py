"""Rules about how much: equal words, automatic texts to one person, texts of one number a day."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from threadline.messaging.entry import Entry
from threadline.messaging.facts import Facts
from threadline.messaging.rules import hours
from threadline.messaging.verdicts import Defer, Refuse, Verdict

# Equal words to one person: a slip of the finger within seconds by hand, a mistake within a day by machine.
REPEAT_BY_HAND: Final = timedelta(seconds=10)
REPEAT_BY_MACHINE: Final = timedelta(hours=24)

MOST_DAYS: Final = 31  # that a text is put off for a number's daily cap; then it is looked at again


def duplicate(entry: Entry, facts: Facts) -> Verdict | None:
    if facts.phase == "dispatch" or entry.allow_duplicate:
        return None
    last = facts.recent.get((entry.address, entry.body))
    if last is None or entry.at(facts.now) - last >= (REPEAT_BY_HAND if entry.by_hand else REPEAT_BY_MACHINE):
        return None
    if entry.by_hand:
        return Refuse("duplicate", _("The same text went to this person seconds ago. Wait a moment to send it again."))
    reason = _("The same text went to this person within the last 24 hours. Allow duplicates if you mean it.")
    return Refuse("duplicate", reason)


def frequency_cap(entry: Entry, facts: Facts) -> Verdict | None:
    """At most so many automatic texts to one person in so many days, over all campaigns, programs and agents."""
    terms = facts.terms.get(entry.workspace_id)
    if terms is None or terms.cap is None or facts.phase == "dispatch" or not entry.automatic:
        return None
    times = facts.texts.get((entry.workspace_id, entry.address), ())
    if len(times) < terms.cap.texts:
        return None
    free = times[-terms.cap.texts] + terms.cap.period
    if free <= entry.at(facts.now):
        return None
    until = hours.awake(entry, facts, free)
    reason = _(
        "They had %(n)d automatic texts in %(days)d days, the most this workspace sends one person. "
        "The next may go on %(when)s."
    )
    said = {"n": terms.cap.texts, "days": terms.cap.period.days, "when": _written(until, terms.timezone)}
    return Defer("frequency_cap", reason % said, until)


def daily_cap(entry: Entry, facts: Facts) -> Verdict | None:
    """A number sends so many texts a day; what somebody types by hand goes all the same, and counts."""
    line = facts.lines.get(entry.line_id) if entry.line_id else None
    if line is None or line.daily_cap is None or facts.phase == "dispatch" or entry.by_hand:
        return None
    terms, counts = facts.terms_of(entry), facts.days.get(line.id, {})
    day = today = terms.day_of(entry.at(facts.now))
    while counts.get(day, 0) >= line.daily_cap and (day - today).days < MOST_DAYS:
        day += timedelta(days=1)
    if day == today:
        return None
    until = hours.awake(entry, facts, terms.begins(day))
    reason = _("%(line)s has the %(n)d texts it may send a day. The next may go on %(when)s.")
    said = {"line": line.phone, "n": line.daily_cap, "when": _written(until, terms.timezone)}
    return Defer("daily_cap", reason % said, until)


def seen(entry: Entry, facts: Facts) -> dict[str, Any]:
    """What the caps looked at, where there are any."""
    saw: dict[str, Any] = {}
    terms = facts.terms.get(entry.workspace_id)
    now = entry.at(facts.now)
    if terms is not None and terms.cap is not None and entry.automatic:
        times = facts.texts.get((entry.workspace_id, entry.address), ())
        lately = sum(1 for at in times if now - terms.cap.period < at)
        saw["cap"] = {"texts": lately, "most": terms.cap.texts, "days": terms.cap.period.days}
    line = facts.lines.get(entry.line_id) if entry.line_id else None
    if line is not None and line.daily_cap is not None:
        sent = facts.days.get(line.id, {}).get(facts.terms_of(entry).day_of(now), 0)
        saw["day"] = {"texts": sent, "most": line.daily_cap}
    return saw


def _written(at: datetime, zone: str) -> str:
    """By the workspace's clock: "24 November, 08:00"."""
    local = at.astimezone(UTC).astimezone(ZoneInfo(zone))
    return f"{formats.date_format(local, 'j F')}, {local:%H:%M}"
