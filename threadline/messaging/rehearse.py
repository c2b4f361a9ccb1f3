"""rehearse(): what `send` would do now, without doing it. The same reading, the same facts, the same gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from threadline.accounts.models import Workspace
from threadline.lib import clock
from threadline.messaging import gate
from threadline.messaging.hearing import hear
from threadline.messaging.outgoing import MessageRef, Outgoing
from threadline.messaging.verdicts import SEND, Verdict


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would become of one text. `segments` and `cost` (micro-USD) are 0 where no message would be made.

    `earlier`: an equal request has made it already.
    """

    verdict: Verdict
    segments: int = 0
    cost: int = 0
    earlier: MessageRef | None = None


def rehearse(workspace: Workspace, texts: Sequence[Outgoing], now: datetime | None = None) -> list[Rehearsal]:
    """One answer per text, in order. Texts count each other as they will when they are sent, and nothing is written."""
    hearing = hear(workspace, texts, now or clock.now())
    told = {place: Rehearsal(SEND, earlier=ref) for place, ref in hearing.earlier.items()}
    told |= {place: Rehearsal(refusal) for place, refusal in hearing.bad.items()}
    for place, (text, entry, verdict, _saw) in hearing.heard.items():
        made = gate.makes_message(entry, verdict)
        told[place] = Rehearsal(verdict, text.segments, entry.cost) if made else Rehearsal(verdict)
    return [told[place] for place in range(len(texts))]
