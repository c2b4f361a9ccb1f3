"""/messages: send one text, read one with the reasons, list many."""

from typing import Final, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router
from pydantic import Field

from threadline.accounts.models import Workspace
from threadline.api.problems import invalid, missing
from threadline.api.rest import lists, shapes
from threadline.api.rest.auth import identify
from threadline.api.rest.message_shapes import (
    Message,
    MessageInFull,
    MessageList,
    NewMessage,
    SentMessage,
    attempt,
    fields,
    receipt,
)
from threadline.api.rest.sending import deliver
from threadline.lib import phones
from threadline.messaging import statuses
from threadline.messaging.models import Conversation
from threadline.messaging.models import Message as Row
from threadline.numbers.models import Number

router: Final = Router(tags=["Messages"], by_alias=True)


class MessageFilters(lists.Paging):
    conversation: str | None = Field(default=None, max_length=80, description="An id conv_….")
    direction: Literal["inbound", "outbound"] | None = Field(default=None, description="inbound or outbound.")
    status: str | None = Field(default=None, max_length=40, description="Like delivered or failed.")
    to: str | None = Field(default=None, max_length=80, description="The phone number that the text went to.")


@router.post(
    "/messages",
    response={201: SentMessage, 200: SentMessage, **shapes.ERRORS_OF_WRITES},
    summary="Send a text",
    operation_id="create_message",
)
def create(
    request: HttpRequest,
    payload: NewMessage,
    idempotency_key: str | None = Header(  # type: ignore[type-arg]
        None,
        alias="Idempotency-Key",
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Any word of yours. A repeat within 24 hours gets the first answer again, and sends nothing.",
    ),
) -> HttpResponse:
    """Asks for one text through the same gate as everybody's. 201: it is queued, or held as its verdict says.

    422: the gate refused it, and nothing will be sent. 200: a text with this client_token was there already.
    """
    return deliver(identify(request).workspace, payload, idempotency_key)


@router.get(
    "/messages", response={200: MessageList, **shapes.ERRORS}, summary="List texts", operation_id="list_messages"
)
def index(request: HttpRequest, filters: Query[MessageFilters]) -> HttpResponse:
    """Texts in and out, the newest first."""
    lists.refuse_unknown(request, MessageFilters)
    workspace = identify(request).workspace
    everything = Row.objects.filter(workspace=workspace, deleted_at=None)
    rows = _chosen(everything, workspace, filters).select_related("conversation")
    page, has_more = lists.page(rows, ("id",), Row.objects.filter(workspace=workspace), filters)
    data = [Message.model_validate(fields(row, row.conversation.public_id)) for row in page]
    return shapes.respond(MessageList(url=request.path, has_more=has_more, data=data))


@router.get(
    "/messages/{str:id}",
    response={200: MessageInFull, **shapes.ERRORS_BY_ID},
    summary="Read a text",
    operation_id="get_message",
)
def show(request: HttpRequest, id: str) -> HttpResponse:
    """One text with every attempt to send it, and why it was or was not sent."""
    ours = Row.objects.filter(workspace=identify(request).workspace, deleted_at=None)
    row = lists.one(ours.select_related("conversation"), id, "msg", "message")
    return shapes.respond(
        MessageInFull.model_validate(
            {
                **fields(row, row.conversation.public_id),
                "attempts": [attempt(one) for one in row.attempts.order_by("id")],
                "why": [receipt(one) for one in row.receipts.order_by("id")],
            }
        )
    )


def _chosen(rows: QuerySet[Row], workspace: Workspace, filters: MessageFilters) -> QuerySet[Row]:
    conversations = Conversation.objects.filter(workspace=workspace)
    if filters.conversation is not None:
        known = lists.is_id(filters.conversation, "conv")
        found = conversations.filter(public_id=filters.conversation).first() if known else None
        if found is None:
            raise missing(f"There is no conversation {filters.conversation} in this workspace.", "conversation")
        rows = rows.filter(conversation=found)
    if filters.direction is not None:
        rows = rows.filter(direction=filters.direction)
    if filters.status is not None:
        if filters.status not in statuses.RANKS:
            words = ", ".join(sorted(statuses.RANKS))
            raise invalid("parameter_invalid", f"There is no status {filters.status}; there are {words}.", "status")
        rows = rows.filter(status=filters.status)
    if filters.to is not None:
        rows = rows.filter(_went_to(workspace, filters.to))
    return rows


def _went_to(workspace: Workspace, to: str) -> Q:
    """Texts to this person, found by their conversation's index; or texts that came in on this number of ours."""
    address = phones.normalise(to, workspace.country)
    if address is None:
        raise invalid("parameter_invalid", f"“{to}” is not a phone number.", "to")
    conversations = Conversation.objects.filter(workspace=workspace, address=address).values_list("id", flat=True)
    went = Q(direction="outbound", conversation__in=list(conversations))
    if Number.objects.filter(workspace=workspace, phone=address).exists():
        went |= Q(direction="inbound", line=address)
    return went
