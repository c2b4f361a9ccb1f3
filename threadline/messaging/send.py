"""send(): the one way a text is asked for, by whomever. Gate → conversation, message, outbox, ledger, event at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from threadline.accounts.models import Workspace
from threadline.events.publish import Happening, publish
from threadline.lib import clock, deadlocks, doorbell, rows, sql
from threadline.messaging import gate, queueing, receipts
from threadline.messaging.facts import Facts, Line, lines_of, opt_outs_of
from threadline.messaging.models import Conversation, Message
from threadline.messaging.outgoing import MessageRef, Outcome, Outgoing
from threadline.messaging.parse import Parsed, parse
from threadline.messaging.verdicts import Defer, Refuse, Send, Verdict

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
    entries = [
        gate.Entry(
            workspace.id,
            text.address,
            text.line_id,
            text.body,
            text.asked.automatic,
            text.by_hand,
            text.asked.allow_duplicate,
            not_after=text.asked.not_after,
        )
        for text in parsed.values()
    ]
    facts = Facts(
        now=now,
        phase="send",
        opt_outs=opt_outs_of([(workspace.id, text.address) for text in parsed.values()]),
        lines=lines,
        recent=_recent(workspace, list(parsed.values()), now),
    )
    verdicts = gate.decide(entries, facts)
    made = queueing.queue(
        workspace,
        [
            queueing.Queued(text, verdict, lines[text.line_id])
            for text, verdict in zip(parsed.values(), verdicts, strict=True)
            if text.line_id is not None and _makes_message(text, verdict)
        ],
        now,
    )
    refs = iter(made)
    outcomes: dict[int, Outcome] = {}
    notes: list[receipts.Note] = []
    alike: dict[tuple[object, ...], dict[str, Any]] = {}  # what was seen of most texts is the same document
    for place, entry, verdict in zip(parsed, entries, verdicts, strict=True):
        ref = next(refs) if _makes_message(parsed[place], verdict) else None
        outcomes[place] = Outcome(verdict, ref)
        source = parsed[place].asked.source
        saw = _seen(entry, facts, verdict, parsed[place].asked.basis, alike)
        notes.append(receipts.Note(workspace.id, ref.id if ref else None, source, entry.address, verdict, saw))
    receipts.keep(notes, "send", now)
    if any(isinstance(verdict, Send) for verdict in verdicts):
        doorbell.ring_on_commit("outbox")
    return outcomes


def _makes_message(text: Parsed, verdict: Verdict) -> bool:
    """A refused text makes none, nor one that waits with whoever asks for it."""
    if isinstance(verdict, Defer):
        return not text.asked.waits_outside
    return not isinstance(verdict, Refuse)


def _seen(
    entry: gate.Entry, facts: Facts, verdict: Verdict, basis: str, alike: dict[tuple[object, ...], dict[str, Any]]
) -> dict[str, Any]:
    usual = isinstance(verdict, Send) and (entry.workspace_id, entry.address) not in facts.opt_outs
    key = (entry.line_id, entry.automatic, basis) if usual else (entry,)
    if key not in alike:
        saw = gate.seen(entry, facts, verdict)
        alike[key] = {**saw, "basis": basis} if basis else saw
    return alike[key]


def _recent(workspace: Workspace, texts: Sequence[Parsed], now: datetime) -> dict[tuple[str, str], datetime]:
    """When each of these words last went to each of these people, within a day."""
    since = now - gate.REPEAT_BY_MACHINE - timedelta(seconds=1)
    with connection.cursor() as cursor:  # on the way of every text: the ORM takes longer than the database
        cursor.execute(
            "SELECT message.address, message.body, message.created_at FROM messaging_conversation AS conversation "
            "JOIN messaging_message AS message ON message.conversation_id = conversation.id "
            "WHERE conversation.workspace_id = %s AND conversation.channel = 'sms' "
            f"AND {sql.any_of('conversation.address')} "
            "AND message.direction = 'outbound' AND message.created_at > %s "
            "AND message.status NOT IN ('failed', 'canceled', 'undelivered') ORDER BY message.created_at",
            [workspace.id, sql.array({text.address for text in texts}), rows.plain(since)],
        )
        return {(address, body): rows.moment(at) for address, body, at in cursor.fetchall()}
