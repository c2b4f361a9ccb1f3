"""/numbers: which numbers of the workspace can text."""

from datetime import datetime
from typing import Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from threadline.accounts.models import Workspace
from threadline.api.rest import lists, shapes
from threadline.api.rest.auth import identify
from threadline.api.rest.shapes import ListOf, Shape
from threadline.lib import phones
from threadline.numbers.models import Number as Row

router: Final = Router(tags=["Numbers"], by_alias=True)


class Number(Shape):
    """One of your phone numbers."""

    object: Literal["number"] = "number"
    id: str
    phone: str
    label: str | None
    default: bool = Field(description="Texts without a from to somebody new go out from it.")
    can_text: bool = Field(description="Whether it may be a from now.")
    sms: bool
    mms: bool
    voice: bool
    created_at: datetime


class NumberList(ListOf[Number]):
    """A page of numbers."""


@router.get(
    "/numbers", response={200: NumberList, **shapes.ERRORS}, summary="List numbers", operation_id="list_numbers"
)
def index(request: HttpRequest, filters: Query[lists.Paging]) -> HttpResponse:
    """The numbers that this workspace works with, the newest first."""
    lists.refuse_unknown(request, lists.Paging)
    rows = Row.objects.claimed().filter(workspace=identify(request).workspace)
    page, has_more = lists.page(rows.select_related("connection"), ("id",), rows, filters)
    return shapes.respond(NumberList(url=request.path, has_more=has_more, data=[_shape(row) for row in page]))


def find(workspace: Workspace, wanted: str) -> Row | None:
    """A number of the workspace by its id or its phone number."""
    ours = Row.objects.claimed().filter(workspace=workspace)
    if lists.is_id(wanted, "num"):
        return ours.filter(public_id=wanted).first()
    phone = phones.normalise(wanted, workspace.country)
    return ours.filter(phone=phone).first() if phone else None


def _shape(row: Row) -> Number:
    gone = row.gone_at is not None or row.connection.removed_at is not None
    return Number(
        id=row.public_id,
        phone=row.phone,
        label=row.label or None,
        default=row.is_default,
        can_text=row.sms and not gone,
        sms=row.sms,
        mms=row.mms,
        voice=row.voice,
        created_at=row.created_at,
    )
