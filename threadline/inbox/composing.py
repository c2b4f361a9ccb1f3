"""Writing a text: which line it may leave from, what stands in the way, and the draft each member has."""

import re
from dataclasses import dataclass

from django.db import transaction

from threadline.accounts.models import Member
from threadline.compliance import optouts
from threadline.compliance.optouts import InForce
from threadline.inbox.lines import Line, pick
from threadline.lib import clock, ids, phones
from threadline.messaging.models import Conversation, Draft
from threadline.numbers import sharing

LONGEST_DRAFT = 20_000
_TOKEN = re.compile(r"[\w-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line in the From of the composer. `told`: which line was told to stop, where another shares that with it."""

    line: Line
    opted_out: InForce | None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Composer:
    """Everything the composer shows. `obstacle` is "" or viewer, no_number, opted_out: why nobody can write here."""

    choices: list[Choice]
    chosen: Choice | None
    obstacle: str
    draft: str
    token: str
    refusal: str = ""

    @property
    def several(self) -> bool:
        return len(self.choices) > 1

    @property
    def others(self) -> list[Choice]:
        """Lines the person has not opted out of: the way to write all the same."""
        return [choice for choice in self.choices if choice.opted_out is None]


def composer(
    conversation: Conversation,
    member: Member,
    lines: list[Line],
    wanted: str = "",
    draft: str | None = None,
    token: str = "",
    refusal: str = "",
) -> Composer:
    """The composer of a conversation; `wanted` names a line (public id), else the one last used, else the default."""
    choices = _choices(conversation, lines)
    chosen = _chosen(choices, wanted, conversation.last_number_id)
    return Composer(
        choices=choices,
        chosen=chosen,
        obstacle=_obstacle(member, chosen),
        draft=draft_of(conversation, member) if draft is None else draft,
        token=token or new_token(),
        refusal=refusal,
    )


def _choices(conversation: Conversation, lines: list[Line]) -> list[Choice]:
    """The lines that can text, with what keeps a text typed for this person from leaving over each."""
    workspace_id, address = conversation.workspace_id, conversation.address
    stops = optouts.by_address(optouts.in_force(workspace_id, [address])).get(address, {})
    services = sharing.services(workspace_id) if stops else {}
    names = {line.phone: line.name for line in lines}
    choices = []
    for line in lines:
        if line.textable:
            shared = sharing.mates(services, line.phone)
            stop = optouts.blocks(stops, line.phone, automatic=False, shared=shared)
            told = names.get(stop.line, phones.display(stop.line)) if stop and stop.line != line.phone else ""
            choices.append(Choice(line, stop, told))
    return choices


def new_token() -> str:
    """A client token: however often the form that carries it is posted, it makes one text."""
    return ids.new("tok")


def token_of(given: str) -> str:
    """The token that came with a form; a fresh one in place of what no page of ours has written."""
    return given if _TOKEN.fullmatch(given) else new_token()


def _chosen(choices: list[Choice], wanted: str, last_number_id: int | None) -> Choice | None:
    line = pick([choice.line for choice in choices], wanted) if wanted else None
    for choice in choices:
        if choice.line is line or (line is None and choice.line.id == last_number_id):
            return choice
    return choices[0] if choices else None


def _obstacle(member: Member, chosen: Choice | None) -> str:
    if not member.may("send"):
        return "viewer"
    if chosen is None:
        return "no_number"
    return "opted_out" if chosen.opted_out else ""


def draft_of(conversation: Conversation, member: Member) -> str:
    drafts = Draft.objects.filter(conversation=conversation, member=member)
    return drafts.values_list("body", flat=True).first() or ""


def keep_draft(conversation: Conversation, member: Member, body: str) -> None:
    """Keep what the member has typed; nothing but blanks removes the draft."""
    with transaction.atomic():
        if body.strip():
            Draft.objects.update_or_create(
                conversation=conversation,
                member=member,
                defaults={"body": body[:LONGEST_DRAFT].replace("\0", ""), "updated_at": clock.now()},
            )
        else:
            forget_draft(conversation, member)


def forget_draft(conversation: Conversation, member: Member) -> None:
    Draft.objects.filter(conversation=conversation, member=member).delete()
