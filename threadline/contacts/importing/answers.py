"""What a cell of the consent column says: yes, no, nothing, or in its own words where the consent came from."""

import re
from enum import Enum, auto
from functools import lru_cache
from typing import Final


class Answer(Enum):
    """NOTHING: nobody knows yet, as in an empty cell. EVIDENCE: the cell itself says where the consent came from."""

    YES = auto()
    NO = auto()
    NOTHING = auto()
    EVIDENCE = auto()


_NOTHING: Final = frozenset(
    [
        *("", "n/a", "#n/a", "na", "n.a", "none", "null", "nil", "unknown", "not known", "unclear", "not sure"),
        *("pending", "tbd", "tba", "tbc", "to be confirmed", "not yet", "not asked", "no answer", "no response"),
        *("undefined", "not defined", "not set", "not available", "not applicable", "unbekannt"),
    ]
)
_YES: Final = frozenset(
    [
        *("yes", "y", "ok", "ja", "oui", "si", "sí", "true", "x", "agreed", "subscribed"),
        *("opt in", "optin", "opted in", "optedin"),
    ]
)
# Whoever is taken for a refusal by mistake gets no text; whoever is not by mistake gets one that they refused. So what
# begins like a refusal is one, and so is what has one of the plainest words anywhere ("Consent revoked 3 May").
_BEGINS: Final = re.compile(
    r"(no|not|never|non|nein|nee|nej|n|false|off|dnc|dnt|do ?not|don.?t|does ?n.t|did ?n.t|will ?not|won.t)\b"
    r"|opt(ed|s|ing)? ?out|un ?sub|stop|revo[kc]|refus|declin|withdr|reject|den(y|ie)|object(s|ed)|block(ed|list)"
)
_ANYWHERE: Final = re.compile(
    r"\b(opted ?out|unsubscribed|revoked|withdrawn|withdrew|refused|declined)\b"
    r"|\b(do ?not|don.?t) (text|contact|message|sms)\b"
)
_ONE: Final = re.compile(r"1([.,]0*)?")
_ZERO: Final = re.compile(r"0+([.,]0*)?")
_AROUND: Final = " .!?\"'“”‘’–—"
_GAPS: Final = re.compile(r"[\s_\-–—]+")
_NUMBERED: Final = re.compile(r"(no|n)\b[.:]? ?\d")  # "No. 5 of the forms"


@lru_cache(maxsize=1024)  # asked twice of every row, and most rows say the same
def answer(cell: str) -> Answer:
    """By the words alone, whatever their capitals, underscores and hyphens."""
    said = _GAPS.sub(" ", cell.casefold().strip(_AROUND)).strip(_AROUND)
    if said in _NOTHING:
        return Answer.NOTHING
    if said in _YES or _ONE.fullmatch(said):
        return Answer.YES
    if _ZERO.fullmatch(said) or _ANYWHERE.search(said):
        return Answer.NO
    if _BEGINS.match(said) and not _NUMBERED.match(said):
        return Answer.NO
    return Answer.EVIDENCE
