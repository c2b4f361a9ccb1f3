"""From a program's wish to a text in the outbox, or to the reason why not; written down once per Idempotency-Key."""

from collections.abc import Iterable
from functools import partial
from typing import Final

from django.db import transaction
from django.http import HttpResponse

from threadline.accounts.models import Workspace
from threadline.api import idempotency
from threadline.api.idempotency import Answer
from threadline.api.problems import INVALID, REFUSED, Problem
from threadline.api.rest import message_shapes, numbers, shapes
from threadline.api.rest.message_shapes import OUR_TOKEN, NewMessage, SentMessage
from threadline.messaging import media_urls, uploads
from threadline.messaging.models import Message
from threadline.messaging.models.outbox import Priority
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.parse import Parsed, parse
from threadline.messaging.send import send
from threadline.messaging.verdicts import Refuse

_BAD_INPUT: Final = frozenset({"invalid_to", "empty", "too_long", "bad_media"})
_FIELDS: Final = {"media": "media_urls"}  # the heart's name of a field, and ours


def deliver(workspace: Workspace, wish: NewMessage, key: str | None) -> HttpResponse:
    """Send, or repeat the answer that this Idempotency-Key got."""
    run = partial(_send, workspace, wish)
    if key is None:
        answer = run()
    else:
        answer = idempotency.once(workspace.pk, key, f"POST messages {wish.model_dump_json()}", run)
    response = HttpResponse(answer.text, status=answer.status, content_type="application/json")
    if answer.replayed:
        response["Idempotent-Replayed"] = "true"
    return response


def _send(workspace: Workspace, wish: NewMessage) -> Answer:
    try:
        return _ask(workspace, wish)
    except Problem as problem:
        if problem.status != 422:
            raise  # nothing was asked of the gate: the same key may come again once it is put right
        return Answer(problem.status, problem.text())


def _ask(workspace: Workspace, wish: NewMessage) -> Answer:
    asked = Outgoing(
        to=wish.to,
        body=wish.body,
        number_id=_line(workspace, wish.from_) if wish.from_ is not None else None,
        source="api",
        media_urls=_files(workspace, wish),
        client_token=OUR_TOKEN + wish.client_token if wish.client_token else None,
        automatic=True,  # a program is not a person who types: STOP counts for every line
        allow_duplicate=wish.allow_duplicate,
        priority=Priority.API,
    )
    outcome = send(workspace, [asked])[0]
    if outcome.message is None:
        raise _refusal(outcome.verdict)
    row = Message.objects.get(pk=outcome.message.id)
    if outcome.repeated:
        _must_equal(row, parse(asked, workspace.country))
    shape = SentMessage.model_validate(
        {
            **message_shapes.fields(row, outcome.message.conversation_public_id),
            "verdict": message_shapes.verdict(outcome.verdict),
        }
    )
    return Answer(200 if outcome.repeated else 201, shapes.text(shape), outcome.repeated)


def _refusal(verdict: object) -> Problem:
    assert isinstance(verdict, Refuse)
    param = _FIELDS.get(verdict.param, verdict.param)
    if verdict.code in _BAD_INPUT:
        return Problem(400, INVALID, verdict.code, verdict.reason, param)
    said = message_shapes.verdict(verdict).model_dump()
    return Problem(422, REFUSED, verdict.code, verdict.reason, param, verdict=said)


def _files(workspace: Workspace, wish: NewMessage) -> tuple[str, ...]:
    """What the carrier shall fetch. Raises Problem (400).

    An address of ours is one of its own files or none: whatever stands in it is signed anew when the text leaves.
    """
    ours = [public_id for url in wish.media_urls if (public_id := media_urls.public_id_of(url))]
    if wish.media or ours:
        _keep(workspace, wish.media, ours)
    return (*uploads.urls(workspace.pk, wish.media), *wish.media_urls)


@transaction.atomic  # where one is refused, none of them is kept
def _keep(workspace: Workspace, media: list[str], ours: list[str]) -> None:
    """Ten files and 5 MB are for both together; where only our addresses make it too much, they are named."""
    for param, public_ids in (("media", media), ("media_urls", [*media, *ours] if ours else [])):
        try:
            uploads.choose(workspace.pk, public_ids)
        except uploads.Invalid as problem:
            raise Problem(400, INVALID, problem.code, problem.sentence, param) from None


def _line(workspace: Workspace, wanted: str) -> int:
    """The number that a text shall go out from, by id or phone number. Raises Problem (400)."""
    found = numbers.find(workspace, wanted)
    if found is None:
        text = f"“{wanted}” is not a number of this workspace. GET /api/v1/numbers lists them."
        raise Problem(400, INVALID, "invalid_from", text, "from")
    return found.pk


def _must_equal(row: Message, wanted: Parsed | Refuse) -> None:
    """A client token names one text for ever; another text under the same token is a mistake of the program."""
    if isinstance(wanted, Parsed) and (row.address, row.body, _named(row.media_urls)) == (
        wanted.address,
        wanted.body,
        _named(wanted.asked.media_urls),
    ):
        return
    text = f"The client_token belongs to another text already: {row.public_id}. Give each text its own."
    raise Problem(409, INVALID, "client_token_reused", text, "client_token")


def _named(urls: Iterable[str]) -> list[str]:
    """What stands at these addresses: of our own files, which carry another signature every day, their ids."""
    return [media_urls.public_id_of(url) or url for url in urls]
