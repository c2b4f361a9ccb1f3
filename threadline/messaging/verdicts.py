"""Verdicts of the gate, as data: what may happen to a text now, with a reason that a customer reads."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Send:
    """It may leave."""

    name = "send"


@dataclass(frozen=True, slots=True)
class Defer:
    """It may leave, but not before `until`."""

    code: str
    reason: str
    until: datetime
    name = "defer"


@dataclass(frozen=True, slots=True)
class Hold:
    """It waits for a person to put something right."""

    code: str
    reason: str
    name = "hold"


@dataclass(frozen=True, slots=True)
class Refuse:
    """It will not leave. `param` names the field at fault: to, body, from, media, or nothing."""

    code: str
    reason: str
    param: str = ""
    name = "refuse"


@dataclass(frozen=True, slots=True)
class Cancel:
    """Nobody wants it any more: its source was withdrawn."""

    code: str
    reason: str
    name = "cancel"


Verdict = Send | Defer | Hold | Refuse | Cancel

SEND = Send()
