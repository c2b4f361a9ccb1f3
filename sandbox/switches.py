"""The switches of the handsets page: each stands for one fault rule, for one phone or for everybody."""

from dataclasses import dataclass
from typing import Any

from .faults import Faults, Rule


@dataclass(frozen=True)
class Switch:
    """A switch: its name, what it says, what it does in a few words, and its rule."""

    name: str
    label: str
    effect: str
    rule: dict[str, Any]


PHONE = (
    Switch("landline", "Landline", "texts end undelivered, 30006", {"kind": "landline"}),
    Switch("filtered", "Filtered by the carrier", "texts end undelivered, 30007", {"kind": "filtered"}),
    Switch("unreachable", "Switched off", "texts end undelivered, 30003", {"kind": "unreachable"}),
    Switch("slow", "Slow carrier", "texts arrive 10 seconds later", {"kind": "slow", "ms": 10_000}),
    Switch("no_receipt", "No delivery receipts", "texts stay at sent", {"kind": "no_receipt"}),
)
EVERYBODY = (
    Switch("duplicate", "Callbacks twice", "each status is reported twice", {"kind": "duplicate_callback"}),
    Switch("reorder", "Callbacks out of order", "sent comes after delivered", {"kind": "reorder_callback"}),
    Switch("late", "Callbacks late", "10 seconds later", {"kind": "delay_callback", "ms": 10_000}),
    Switch("lost", "Callbacks lost", "no status is reported", {"kind": "lose_callback"}),
    Switch("deaf", "Inbound webhooks lost", "your app is not told about texts", {"kind": "lose_inbound"}),
    Switch("busy", "Too many requests", "sending answers 429", {"kind": "http", "status": 429}),
    Switch("down", "Twilio is down", "sending answers 500", {"kind": "http", "status": 500}),
    Switch("silent", "No answer", "texts are accepted, never answered", {"kind": "timeout"}),
    Switch("blind", "List fails", "the list of texts answers 500", {"kind": "list_error", "operation": "list"}),
)


def is_on(faults: Faults, switch: Switch, phone: str | None) -> bool:
    """Whether the rule behind a switch is in force."""
    return any(_same(rule, switch, phone) for rule in faults.rules)


def flip(faults: Faults, name: str, phone: str) -> None:
    """Turn a switch over; other rules stay as they are. Raises KeyError for an unknown name."""
    switch = {known.name: known for known in (*PHONE, *EVERYBODY)}[name]
    target = phone if switch in PHONE else None
    document = faults.document()
    kept = [rule.document() for rule in faults.rules if not _same(rule, switch, target)]
    if len(kept) == len(faults.rules):
        kept.append({**switch.rule, "to": target})
    faults.replace({**document, "rules": kept})


def _same(rule: Rule, switch: Switch, phone: str | None) -> bool:
    fields = rule.document()
    plain = rule.probability == 1 and rule.count is None and rule.sender is None
    return plain and rule.to == phone and all(fields[name] == value for name, value in switch.rule.items())
