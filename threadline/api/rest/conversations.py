"""/conversations: with whom, when last, what is unread."""

from datetime import datetime
from typing import Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from threadline.accounts.models import Workspace
from threadline.api.problems import missing
from threadline.api.rest import lists, numbers, shapes
from threadline.api.rest.auth import identify
from threadline.api.rest.shapes import ListOf, Shape
from threadline.messaging.models import Conversation as Row
from threadline.messaging.models import ConversationNumber
from threadline.numbers.models import Number

router: Final = Router(tags=["Conversations"], by_alias=True)


class Conversation(Shape):
    """All that passed with one person, over all your numbers."""

    object: Literal["conversation"] = "conversation"
    id: str
    channel: str
    address: str = Field(description="The person's phone number, short code or sender name.")
    name: str | None = Field(description="As your contacts know them.")
    number: str | None = Field(description="The number last used with them, num_….")
    unread: int
    preview: str = Field(description="The beginning of the last text.")
    last_direction: str | None
    last_status: str | None
    last_activity_at: datetime
    last_inbound_at: datetime | None
    last_outbound_at: datetime | None
    closed_at: datetime | None
    created_at: datetime


class ConversationList(ListOf[Conversation]):
    """A page of conversations."""


class ConversationFilters(lists.Paging):
    number: str | None = Field(default=None, max_length=80, description="Only over this number: num_… or +18335551234.")


@router.get(
    "/conversations",
    response={200: ConversationList, **shapes.ERRORS},
    summary="List conversations",
    operation_id="list_conversations",
)
def index(request: HttpRequest, filters: Query[ConversationFilters]) -> HttpResponse:
    """The latest activity first; over one number: the latest over that number."""
    lists.refuse_unknown(request, ConversationFilters)
    workspace = identify(request).workspace
    if filters.number is None:
        rows = Row.objects.filter(workspace=workspace).select_related("contact", "last_number")
        found, has_more = lists.page(rows, ("last_activity_at", "id"), rows, filters)
    else:
        lines = ConversationNumber.objects.filter(number=_number(workspace, filters.number)).select_related(
            "conversation__contact", "conversation__last_number"
        )
        keys = ("last_activity_at", "conversation_id")
        page, has_more = lists.page(lines, keys, lines, filters, "conversation__public_id")
        found = [line.conversation for line in page]
    data = [_shape(row) for row in found]
    return shapes.respond(ConversationList(url=request.path, has_more=has_more, data=data))


@router.get(
    "/conversations/{str:id}",
    response={200: Conversation, **shapes.ERRORS_BY_ID},
    summary="Read a conversation",
    operation_id="get_conversation",
)
def show(request: HttpRequest, id: str) -> HttpResponse:
    """One conversation; its texts are at /messages?conversation=conv_…."""
    ours = Row.objects.filter(workspace=identify(request).workspace).select_related("contact", "last_number")
    return shapes.respond(_shape(lists.one(ours, id, "conv", "conversation")))


def _number(workspace: Workspace, wanted: str) -> Number:
    number = numbers.find(workspace, wanted)
    if number is None:
        raise missing(f"“{wanted}” is not a number of this workspace.", "number")
    return number


def _shape(row: Row) -> Conversation:
    values: dict[str, Any] = {
        "id": row.public_id,
        "channel": row.channel,
        "address": row.address,
        "name": (row.contact.name if row.contact else "") or None,
        "number": row.last_number.public_id if row.last_number else None,
        "unread": row.unread,
        "preview": row.preview,
        "last_direction": row.last_direction or None,
        "last_status": row.last_status or None,
        "last_activity_at": row.last_activity_at,
        "last_inbound_at": row.last_inbound_at,
        "last_outbound_at": row.last_outbound_at,
        "closed_at": row.closed_at,
        "created_at": row.created_at,
    }
    return Conversation.model_validate(values)
