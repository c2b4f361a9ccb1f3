"""May this text leave, now? An ordered list of rules; the first that decides, decides. The one way to a send."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from threadline.compliance.optouts import blocks
from threadline.messaging.facts import Facts
from threadline.messaging.verdicts import SEND, Cancel, Defer, Hold, Refuse, Send, Verdict

# Equal words to one person: a slip of the finger within seconds by hand, a mistake within a day by machine.
REPEAT_BY_HAND = timedelta(seconds=10)
REPEAT_BY_MACHINE = timedelta(hours=24)

SHORTEST_VALIDITY = timedelta(seconds=120)  # before the end of its hours: less is not worth a text
LOOK_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One text before the gate, at either phase."""

    workspace_id: int
    address: str
    line_id: int | None
    body: str
    automatic: bool
    by_hand: bool
    allow_duplicate: bool = False
    entry_id: int | None = None  # its outbox entry, at dispatch
    expires_at: datetime | None = None
    not_after: datetime | None = None


Rule = Callable[[Entry, Facts], Verdict | None]


def decide(entries: Sequence[Entry], facts: Facts) -> list[Verdict]:
    """Give every entry of a batch its verdict."""
    return [next((verdict for rule in RULES if (verdict := rule(entry, facts))), SEND) for entry in entries]


def withdrawn(entry: Entry, facts: Facts) -> Verdict | None:
    if entry.entry_id is not None and entry.entry_id in facts.withdrawn:
        return Cancel("withdrawn", facts.withdrawn[entry.entry_id])
    return None


def opted_out(entry: Entry, facts: Facts) -> Verdict | None:
    opt_outs = facts.opt_outs.get((entry.workspace_id, entry.address))
    if not opt_outs:
        return None
    line = facts.lines.get(entry.line_id) if entry.line_id else None
    if opt_out := blocks(opt_outs, line.phone if line else "", entry.automatic):
        when = f"{opt_out.at:%d %B %Y}"
        reason = _("This person opted out of texts from %(line)s on %(when)s. They can text START to that number.")
        return Refuse("opted_out", reason % {"line": opt_out.line, "when": when}, "to")
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


def out_of_hours(entry: Entry, facts: Facts) -> Verdict | None:
    """Its hours are over, or so nearly that the carrier might deliver it later: whoever asked for it takes it back."""
    if entry.not_after is None or facts.now <= entry.not_after - SHORTEST_VALIDITY:
        return None
    return Defer("out_of_hours", _("The hours in which it may be sent are over."), facts.now + LOOK_AGAIN)


def duplicate(entry: Entry, facts: Facts) -> Verdict | None:
    if facts.phase == "dispatch" or entry.allow_duplicate:
        return None
    last = facts.recent.get((entry.address, entry.body))
    if last is None or facts.now - last >= (REPEAT_BY_HAND if entry.by_hand else REPEAT_BY_MACHINE):
        return None
    if entry.by_hand:
        return Refuse("duplicate", _("The same text went to this person seconds ago. Wait a moment to send it again."))
    reason = _("The same text went to this person within the last 24 hours. Allow duplicates if you mean it.")
    return Refuse("duplicate", reason)


RULES: tuple[Rule, ...] = (withdrawn, opted_out, number_not_ready, unroutable, too_old, duplicate, out_of_hours)


def seen(entry: Entry, facts: Facts, verdict: Verdict) -> dict[str, Any]:
    """What the rules looked at, small enough to keep with every text."""
    line = facts.lines.get(entry.line_id) if entry.line_id else None
    saw: dict[str, Any] = {"line": line.phone if line else None, "automatic": entry.automatic}
    if opt_outs := facts.opt_outs.get((entry.workspace_id, entry.address)):
        saw["opt_outs"] = [{"line": opt_out.line, "at": opt_out.at.isoformat()} for opt_out in opt_outs.values()]
    if not isinstance(verdict, Send) and line:
        saw["ready"] = line.ready
    return saw
