"""May this text leave, now? An ordered list of rules; the first that decides, decides. The one way to a send."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from threadline.messaging.entry import Entry
from threadline.messaging.facts import Facts
from threadline.messaging.rules import caps, consents, funds, hours
from threadline.messaging.rules.caps import daily_cap, duplicate, frequency_cap
from threadline.messaging.rules.consents import no_consent, opted_out
from threadline.messaging.rules.funds import no_funds, over_budget
from threadline.messaging.rules.hours import SHORTEST_VALIDITY, out_of_hours, quiet_hours
from threadline.messaging.verdicts import SEND, Cancel, Defer, Hold, Refuse, Send, Verdict

__all__ = ["RULES", "SHORTEST_VALIDITY", "Decision", "Entry", "decide", "judge", "makes_message"]

Rule = Callable[[Entry, Facts], Verdict | None]


class Decision(NamedTuple):
    """A verdict, and what the rules looked at, small enough to keep with every text. Equal documents are one object."""

    verdict: Verdict
    saw: dict[str, Any]


def decide(entries: Sequence[Entry], facts: Facts) -> list[Verdict]:
    """Give every entry of a batch its verdict, in order: what may go counts for those behind it."""
    return list(_each(entries, facts))


def judge(entries: Sequence[Entry], facts: Facts) -> list[Decision]:
    """The same, with what was seen of each at that moment."""
    alike: dict[tuple[object, ...], dict[str, Any]] = {}
    return [
        Decision(verdict, _seen(entry, facts, verdict, alike))
        for entry, verdict in zip(entries, _each(entries, facts), strict=True)
    ]


def makes_message(entry: Entry, verdict: Verdict) -> bool:
    """A refused text makes none, nor one that waits with whoever asks for it."""
    return not (isinstance(verdict, Refuse) or (entry.waits_outside and isinstance(verdict, Defer)))


def _each(entries: Sequence[Entry], facts: Facts) -> Iterator[Verdict]:
    """Verdict by verdict; each is counted only when the next one is asked for."""
    for entry in entries:
        verdict = next((verdict for rule in RULES if (verdict := rule(entry, facts))), SEND)
        yield verdict
        if facts.phase == "send" and makes_message(entry, verdict) and not isinstance(verdict, Hold):
            _count(entry, facts, verdict)


def _count(entry: Entry, facts: Facts, verdict: Verdict) -> None:
    at = verdict.until if isinstance(verdict, Defer) else entry.at(facts.now)
    facts.recent[entry.address, entry.body] = at
    facts.spent[entry.workspace_id] = facts.spent.get(entry.workspace_id, 0) + entry.cost
    own = facts.terms_of(entry)
    if own.cap is not None and entry.automatic:
        times = facts.texts.setdefault((entry.workspace_id, entry.address), [])
        times.append(at)
        times.sort()
    if entry.line_id in facts.days:
        day, counts = own.day_of(at), facts.days[entry.line_id]
        counts[day] = counts.get(day, 0) + 1


def withdrawn(entry: Entry, facts: Facts) -> Verdict | None:
    if entry.entry_id is not None and entry.entry_id in facts.withdrawn:
        return Cancel("withdrawn", facts.withdrawn[entry.entry_id])
    return None


def number_not_ready(entry: Entry, facts: Facts) -> Verdict | None:
    line = facts.lines.get(entry.line_id) if entry.line_id else None
    if line is None or line.ready:
        return None
    if facts.phase == "dispatch":
        return Hold("number_not_ready", line.why_not)
    return Refuse("number_not_ready", line.why_not, "from")


def unroutable(entry: Entry, facts: Facts) -> Verdict | None:
    line = facts.lines.get(entry.line_id) if entry.line_id else None
    if line is None:
        reason = _("There is no number to send from. Connect Twilio under Settings, Twilio Credentials.")
        return Hold("unroutable", reason) if facts.phase == "dispatch" else Refuse("unroutable", reason, "from")
    if line.phone == entry.address:
        return Refuse("unroutable", _("A number cannot text itself. Choose another recipient."), "to")
    return None


def too_old(entry: Entry, facts: Facts) -> Verdict | None:
    if entry.expires_at is None or facts.now <= entry.expires_at:
        return None
    reason = _("It waited longer than a day and may no longer be wanted. Send it again if it is.")
    return Refuse("too_old", reason)


RULES: tuple[Rule, ...] = (
    *(withdrawn, opted_out, no_consent, number_not_ready, unroutable, too_old, duplicate),
    *(quiet_hours, out_of_hours, frequency_cap, daily_cap, over_budget, no_funds),
)


def _seen(
    entry: Entry, facts: Facts, verdict: Verdict, alike: dict[tuple[object, ...], dict[str, Any]]
) -> dict[str, Any]:
    """What was seen of most texts is the same document; of others it tells about the person."""
    person = (entry.workspace_id, entry.address)
    own = facts.terms.get(entry.workspace_id)
    plain = isinstance(verdict, Send) and person not in facts.opt_outs and person not in facts.consents
    if plain and (own is None or own.asks_nothing) and not facts.days:
        key = (entry.line_id, entry.automatic, entry.basis, person in facts.wrote)
        if key not in alike:
            alike[key] = _document(entry, facts, verdict)
        return alike[key]
    return _document(entry, facts, verdict)


def _document(entry: Entry, facts: Facts, verdict: Verdict) -> dict[str, Any]:
    line = facts.lines.get(entry.line_id) if entry.line_id else None
    saw: dict[str, Any] = {"line": line.phone if line else None, "automatic": entry.automatic}
    if not isinstance(verdict, Send) and line:
        saw["ready"] = line.ready
    return (
        saw
        | consents.seen(entry, facts)
        | hours.seen(entry, facts)
        | caps.seen(entry, facts)
        | funds.seen(entry, facts)
    )
