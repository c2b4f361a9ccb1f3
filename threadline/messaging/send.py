"""send(): the one way a text is asked for, by whomever. Gate → conversation, message, outbox, ledger, event at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from threadline.accounts.models import Workspace
from threadline.billing import number_types, rates
from threadline.events.publish import Happening, publish
from threadline.lib import clock, deadlocks, doorbell
from threadline.messaging import gate, queueing, receipts
from threadline.messaging.facts import Facts, Line, lines_of, load
from threadline.messaging.models import Conversation, Message
from threadline.messaging.outgoing import MessageRef, Outcome, Outgoing
from threadline.messaging.parse import Parsed, parse
from threadline.messaging.rules import hours
from threadline.messaging.verdicts import Refuse, Send

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
        outcomes, happenings = ask(workspace, texts, now)
        publish(happenings)
        return outcomes


def ask(workspace: Workspace, texts: Sequence[Outgoing], now: datetime) -> tuple[list[Outcome], list[Happening]]:
    """The same within the caller's transaction, which publishes the happenings as its last statement.

    Raises IntegrityError when another transaction has just used one of the client tokens.
    """
    earlier = _earlier(workspace, [text.client_token for text in texts if text.client_token])
    outcomes: list[Outcome | None] = [
        Outcome(Send(), earlier[text.client_token], repeated=True) if text.client_token in earlier else None
        for text in texts
    ]
    lines = lines_of([workspace.id])
    parsed: dict[int, Parsed] = {}
    tokens: set[str] = set()
    for place, text in enumerate(texts):
        if outcomes[place] is not None:
            continue
        if text.client_token and text.client_token in tokens:
            problem = _("Two texts of one request carry the same client token. Give each its own.")
            outcomes[place] = Outcome(Refuse("duplicate", problem, "client_token"))
            continue
        tokens.add(text.client_token or "")
        result = parse(text, workspace.country)
        if isinstance(result, Refuse):
            outcomes[place] = Outcome(result)
        else:
            parsed[place] = result
    if parsed:
        _choose_lines(workspace, parsed, lines)
        for place, outcome in _through_the_gate(workspace, parsed, lines, now).items():
            outcomes[place] = outcome
    made = [one for one in outcomes if one is not None]
    new = [one.message for one in made if one.message is not None and not one.repeated]
    return made, queueing.happenings(workspace.id, new)


def _earlier(workspace: Workspace, tokens: Sequence[str]) -> dict[str | None, MessageRef]:
    if not tokens:
        return {}
    found = Message.objects.filter(workspace=workspace, client_token__in=tokens)
    return {
        row[0]: MessageRef(*row[1:])
        for row in found.values_list("client_token", "id", "public_id", "conversation__public_id", "status")
    }


def _choose_lines(workspace: Workspace, parsed: dict[int, Parsed], lines: dict[int, Line]) -> None:
    """A text without a From goes over the line last used with that person, else over the default (the first ready)."""
    undecided = [text for text in parsed.values() if text.line_id is None]
    if not undecided:
        return
    last_used = dict(
        Conversation.objects.filter(workspace=workspace, address__in={text.address for text in undecided}).values_list(
            "address", "last_number_id"
        )
    )
    default = next((line.id for line in lines.values() if line.ready), next(iter(lines), None))
    for text in undecided:
        last = last_used.get(text.address)
        text.line_id = last if last in lines and lines[last].ready else default


def _through_the_gate(
    workspace: Workspace, parsed: dict[int, Parsed], lines: dict[int, Line], now: datetime
) -> dict[int, Outcome]:
    prices = rates.of(workspace.id)
    entries = [_entry(workspace.id, text, lines, prices) for text in parsed.values()]
    facts = load(entries, "send", now, lines)
    decisions = gate.judge(entries, facts)
    passed = [
        queueing.Queued(text, decision.verdict, lines[entry.line_id], entry.cost, _not_after(entry, facts))
        for text, entry, decision in zip(parsed.values(), entries, decisions, strict=True)
        if entry.line_id is not None and gate.makes_message(entry, decision.verdict)
    ]
    refs = iter(queueing.queue(workspace, passed, now))
    outcomes: dict[int, Outcome] = {}
    notes: list[receipts.Note] = []
    for (place, text), entry, (verdict, saw) in zip(parsed.items(), entries, decisions, strict=True):
        ref = next(refs) if gate.makes_message(entry, verdict) else None
        outcomes[place] = Outcome(verdict, ref)
        pk = ref.id if ref else None
        notes.append(receipts.Note(workspace.id, pk, text.asked.source, entry.address, verdict, saw))
    receipts.keep(notes, "send", now)
    if any(isinstance(verdict, Send) for verdict, _saw in decisions):
        doorbell.ring_on_commit("outbox")
    return outcomes


def _entry(workspace_id: int, text: Parsed, lines: dict[int, Line], prices: rates.Table) -> gate.Entry:
    asked = text.asked
    line = lines.get(text.line_id) if text.line_id else None
    kind = number_types.of(line.phone) if line else ""
    return gate.Entry(
        workspace_id,
        text.address,
        text.line_id,
        text.body,
        asked.automatic,
        text.by_hand,
        asked.allow_duplicate,
        not_after=asked.not_after,
        run_after=asked.run_after,
        cost=prices.estimate(text.address, text.segments, len(asked.media_urls), kind),
        waits_outside=asked.waits_outside,
        basis=asked.basis,
    )


def _not_after(entry: gate.Entry, facts: Facts) -> datetime | None:
    """Whoever asks again later is to take it back at night too; everybody else's waits for the morning by itself."""
    return hours.ends(entry, facts) if entry.waits_outside else entry.not_after
