"""Faults on demand: an ordered list of rules, each with a kind, a target, a probability and a count."""

import random
from dataclasses import asdict, dataclass
from typing import Any

from .store import Store

KINDS = {
    "error": "refuse the request with a Twilio code",
    "http": "answer with an HTTP status (429, 500 …); accepted=true: after taking the text",
    "delay": "answer `ms` later",
    "refuse": "close the connection before anything is accepted",
    "timeout": "accept, then never answer",
    "close": "accept, then close without answering; kept_alive=true: only on a reused connection",
    "async_error": "end as `status` (undelivered, failed) with a code",
    "filtered": "end as undelivered with 30007",
    "landline": "end as undelivered with 30006",
    "unreachable": "end as undelivered with 30003",
    "slow": "take `ms` longer to be delivered",
    "no_receipt": "stay at sent",
    "read": "end as read",
    "duplicate_callback": "call the status callback twice",
    "reorder_callback": "hold this status back until a later one has gone out",
    "delay_callback": "call the status callback `ms` later",
    "lose_callback": "do not call the status callback",
    "lose_inbound": "do not call the webhook for an inbound text",
    "list_error": "fail the list of messages with an HTTP status",
}


@dataclass
class Rule:
    """One fault. `to` and `sender` are E.164 (or a prefix ending in `*`); `count` None means for ever."""

    kind: str
    to: str | None = None
    sender: str | None = None
    code: int = 0
    status: str | int | None = None
    ms: int = 0
    probability: float = 1.0
    count: int | None = None
    accepted: bool = False
    kept_alive: bool = False
    operation: str = "create"
    hits: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}; got {self.kind!r}")
        if not 0 <= self.probability <= 1:
            raise ValueError("probability must be between 0 and 1")

    def concerns(self, operation: str, to: str, sender: str) -> bool:
        """Whether the rule is alive and aimed at this."""
        if self.count is not None and self.hits >= self.count:
            return False
        return self.operation in (operation, "any") and _fits(self.to, to) and _fits(self.sender, sender)

    def document(self) -> dict[str, Any]:
        """The rule as JSON; `sender` is called `from` there."""
        fields = asdict(self)
        fields["from"] = fields.pop("sender")
        return fields


class Faults:
    """The rules in force; they survive a restart."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.replace(store.recall("faults", {}), keep=False)

    def replace(self, document: dict[str, Any], keep: bool = True) -> None:
        """Put a whole document in force: `rules`, `seed`, `refuse_loopback_callbacks`. Raises ValueError."""
        if not isinstance(document, dict) or not isinstance(document.get("rules", []), list):
            raise ValueError("expected an object with a list of rules")
        rules = [_rule(entry) for entry in document.get("rules", [])]
        self.rules, self.seed = rules, int(document.get("seed", 0))
        self.refuse_loopback_callbacks = bool(document.get("refuse_loopback_callbacks", False))
        self.random = random.Random(self.seed)
        if keep:
            self.store.remember("faults", self.document())

    def document(self) -> dict[str, Any]:
        """Everything in force, with the hits of each rule."""
        rules = [rule.document() for rule in self.rules]
        return {"seed": self.seed, "refuse_loopback_callbacks": self.refuse_loopback_callbacks, "rules": rules}

    def take(
        self, *kinds: str, operation: str = "create", to: str = "", sender: str = "", **wanted: bool
    ) -> Rule | None:
        """The first rule of these kinds that fires now, counted as a hit; `wanted` must equal its flags."""
        for rule in self.rules:
            if rule.kind not in kinds or not rule.concerns(operation, to, sender):
                continue
            if any(getattr(rule, flag) != value for flag, value in wanted.items()):
                continue
            if rule.probability >= 1 or self.random.random() < rule.probability:
                rule.hits += 1
                return rule
        return None


def _rule(entry: Any) -> Rule:
    if not isinstance(entry, dict):
        raise ValueError("a rule is an object")
    fields = {("sender" if name == "from" else name): value for name, value in entry.items() if name != "hits"}
    unknown = fields.keys() - Rule.__dataclass_fields__.keys()
    if unknown:
        raise ValueError(f"unknown field in a rule: {', '.join(sorted(unknown))}")
    if fields.get("kind") == "list_error":
        fields.setdefault("operation", "list")
    return Rule(**fields)


def _fits(wanted: str | None, given: str) -> bool:
    if wanted is None:
        return True
    return given.startswith(wanted[:-1]) if wanted.endswith("*") else given == wanted
