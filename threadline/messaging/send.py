"""send(): the one way a text is asked for, by whomever. Gate → conversation, message, outbox, ledger, event at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from threadline.accounts.models import Workspace
from threadline.events.publish import Happening, publish
from threadline.lib import clock, deadlocks, doorbell
from threadline.messaging import asking, gate, queueing, receipts
from threadline.messaging.facts import Facts
from threadline.messaging.hearing import Hearing, hear
from threadline.messaging.outgoing import Outcome, Outgoing
from threadline.messaging.rules import hours
from threadline.messaging.verdicts import Send

__all__ = ["ask", "send"]


@deadlocks.retried
def send(workspace: Workspace, texts: Sequence[Outgoing], now: datetime | None = None) -> list[Outcome]:
    """Ask for texts to be sent; one outcome per text, in order. Bad input is a `Refuse`, never an exception."""
    now = now or clock.now()
    try:
        return _in_one_transaction(workspace, texts, now)
    except IntegrityError:
        # An equal request with the same client token was quicker; now it is there to be found.
        return _in_one_transaction(workspace, texts, now)


def _in_one_transaction(workspace: Workspace, texts: Sequence[Outgoing], now: datetime) -> list[Outcome]:
    with transaction.atomic():
        if any(text.automatic for text in texts):
            asking.take_turn(workspace.id)
        outcomes, happenings = ask(workspace, texts, now)
        publish(happenings)
        return outcomes


def ask(workspace: Workspace, texts: Sequence[Outgoing], now: datetime) -> tuple[list[Outcome], list[Happening]]:
    """The same within the caller's transaction, which has taken its turn (`asking`) and publishes the happenings last.

    Raises IntegrityError when another transaction has just used one of the client tokens.
    """
    hearing = hear(workspace, texts, now)
    outcomes = {place: Outcome(Send(), ref, repeated=True) for place, ref in hearing.earlier.items()}
    outcomes |= {place: Outcome(refusal) for place, refusal in hearing.bad.items()}
    if hearing.heard:
        outcomes |= _write(workspace, hearing, now)
    made = [outcomes[place] for place in range(len(texts))]
    new = [one.message for one in made if one.message is not None and not one.repeated]
    return made, queueing.happenings(workspace.id, new)


def _write(workspace: Workspace, hearing: Hearing, now: datetime) -> dict[int, Outcome]:
    """What passed becomes messages that wait for a sender; of every text there is a receipt."""
    heard, facts = hearing.heard, hearing.facts
    passed = [
        queueing.Queued(text, verdict, facts.lines[entry.line_id], entry.cost, _not_after(entry, facts))
        for text, entry, verdict, _saw in heard.values()
        if entry.line_id is not None and gate.makes_message(entry, verdict)
    ]
    refs = iter(queueing.queue(workspace, passed, now))
    outcomes: dict[int, Outcome] = {}
    notes: list[receipts.Note] = []
    for place, (text, entry, verdict, saw) in heard.items():
        ref = next(refs) if gate.makes_message(entry, verdict) else None
        outcomes[place] = Outcome(verdict, ref)
        pk = ref.id if ref else None
        notes.append(receipts.Note(workspace.id, pk, text.asked.source, entry.address, verdict, saw))
    receipts.keep(notes, "send", now)
    if any(isinstance(one.verdict, Send) for one in heard.values()):
        doorbell.ring_on_commit("outbox")
    return outcomes


def _not_after(entry: gate.Entry, facts: Facts) -> datetime | None:
    """Whoever asks again later is to take it back at night too; everybody else's waits for the morning by itself."""
    return hours.ends(entry, facts) if entry.waits_outside else entry.not_after
