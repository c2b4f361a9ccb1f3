"""What the gate says to texts that somebody asks for: each is read, given a line and judged. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from threadline.accounts.models import Workspace
from threadline.billing import number_types, rates
from threadline.messaging import gate
from threadline.messaging.facts import Facts, Line, lines_of, load
from threadline.messaging.models import Conversation, Message
from threadline.messaging.outgoing import MessageRef, Outgoing
from threadline.messaging.parse import Parsed, parse
from threadline.messaging.verdicts import Refuse, Verdict


class Heard(NamedTuple):
    """One text before the gate, its verdict, and what the rules looked at."""

    text: Parsed
    entry: gate.Entry
    verdict: Verdict
    saw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hearing:
    """By place in what was asked for: what an equal request made before, what cannot be read, what was judged."""

    earlier: dict[int, MessageRef]
    bad: dict[int, Refuse]
    heard: dict[int, Heard]
    facts: Facts


def hear(workspace: Workspace, texts: Sequence[Outgoing], now: datetime) -> Hearing:
    """Every text of a batch is in exactly one part of the answer."""
    made = _made(workspace, [text.client_token for text in texts if text.client_token])
    earlier: dict[int, MessageRef] = {}
    bad: dict[int, Refuse] = {}
    parsed: dict[int, Parsed] = {}
    tokens: set[str] = set()
    for place, text in enumerate(texts):
        if text.client_token and text.client_token in made:
            earlier[place] = made[text.client_token]
            continue
        if text.client_token and text.client_token in tokens:
            problem = _("Two texts of one request carry the same client token. Give each its own.")
            bad[place] = Refuse("duplicate", problem, "client_token")
            continue
        tokens.add(text.client_token or "")
        result = parse(text, workspace.country)
        if isinstance(result, Refuse):
            bad[place] = result
        else:
            parsed[place] = result
    lines = lines_of([workspace.id])
    if not parsed:
        return Hearing(earlier, bad, {}, Facts(now, "send", lines=lines))
    _choose_lines(workspace, parsed, lines)
    prices = rates.of(workspace.id)
    entries = [_entry(workspace.id, text, lines, prices) for text in parsed.values()]
    facts = load(entries, "send", now, lines)
    decisions = gate.judge(entries, facts)
    heard = {
        place: Heard(text, entry, *decision)
        for (place, text), entry, decision in zip(parsed.items(), entries, decisions, strict=True)
    }
    return Hearing(earlier, bad, heard, facts)


def _made(workspace: Workspace, tokens: Sequence[str]) -> dict[str | None, MessageRef]:
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
