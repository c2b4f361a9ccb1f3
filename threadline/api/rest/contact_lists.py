"""/lists: named sets of people, and who is on them."""

from datetime import datetime
from typing import Annotated, Final, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from threadline.accounts.models import Workspace
from threadline.api.problems import INVALID, Problem, invalid, missing
from threadline.api.rest import lists, repeats, shapes
from threadline.api.rest.auth import identify
from threadline.api.rest.shapes import ListOf, Shape
from threadline.contacts import lists as contact_lists
from threadline.contacts import naming
from threadline.contacts.models import Contact
from threadline.contacts.models import ContactList as Row
from threadline.lib import clock, deadlocks

router: Final = Router(tags=["Lists"], by_alias=True)
MOST: Final = 1000  # people of one request
Id = Annotated[str, Field(max_length=80)]


class NamedList(Shape):
    """A named list of people."""

    object: Literal["contact_list"] = "contact_list"
    id: str
    name: str
    size: int = Field(description="How many people are on it.")
    created_at: datetime


class NamedListList(ListOf[NamedList]):
    """A page of lists."""


class NewList(BaseModel):
    """A list to make."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(max_length=120, description="Unlike that of every other list.")


class NewMembers(BaseModel):
    """People to put on a list."""

    model_config = ConfigDict(extra="forbid", strict=True)

    contacts: list[Id] = Field(min_length=1, max_length=MOST, description="Up to 1,000 ids con_….")


@router.get("/lists", response={200: NamedListList, **shapes.ERRORS}, summary="List lists", operation_id="list_lists")
def index(request: HttpRequest, filters: Query[lists.Paging]) -> HttpResponse:
    """The lists of this workspace, the newest first."""
    lists.refuse_unknown(request, lists.Paging)
    rows = Row.objects.filter(workspace=identify(request).workspace)
    page, has_more = lists.page(rows, ("id",), rows, filters)
    return shapes.respond(NamedListList(url=request.path, has_more=has_more, data=[shape(row) for row in page]))


@router.post(
    "/lists", response={201: NamedList, **shapes.ERRORS_OF_WRITES}, summary="Make a list", operation_id="create_list"
)
def create(
    request: HttpRequest,
    payload: NewList,
    idempotency_key: str | None = repeats.header(),
) -> HttpResponse:
    """An empty list."""
    workspace = identify(request).workspace

    def deed() -> tuple[int, NamedList]:
        return 201, shape(make(workspace, payload.name))

    return repeats.once(request, idempotency_key, deed)


@router.get(
    "/lists/{str:id}", response={200: NamedList, **shapes.ERRORS_BY_ID}, summary="Read a list", operation_id="get_list"
)
def show(request: HttpRequest, id: str) -> HttpResponse:
    """One list; its people are at /contacts?list=lst_…."""
    return shapes.respond(shape(find(identify(request).workspace, id)))


@router.post(
    "/lists/{str:id}/contacts",
    response={200: NamedList, **shapes.ERRORS_OF_CHANGES},
    summary="Put people on a list",
    operation_id="add_to_list",
)
def add(
    request: HttpRequest,
    id: str,
    payload: NewMembers,
    idempotency_key: str | None = repeats.header(),
) -> HttpResponse:
    """Who is on it already stays. In a campaign that writes to this list they become leads at once."""
    workspace = identify(request).workspace
    row = find(workspace, id)
    people = _people(workspace, payload.contacts)

    def deed() -> tuple[int, NamedList]:
        with transaction.atomic():
            contact_lists.add(row.pk, people, clock.now())
        row.refresh_from_db()
        return 200, shape(row)

    return repeats.once(request, idempotency_key, deed)


@router.delete(
    "/lists/{str:id}/contacts/{str:contact}",
    response={200: NamedList, **shapes.ERRORS_BY_ID},
    summary="Take somebody off a list",
    operation_id="remove_from_list",
)
def remove(request: HttpRequest, id: str, contact: str) -> HttpResponse:
    """They stay in your contacts, and a lead where they are one."""
    workspace = identify(request).workspace
    row = find(workspace, id)
    person = lists.one(
        Contact.objects.living().filter(memberships__list=row), contact, "con", "contact on this list", "contact"
    )
    deadlocks.retried(transaction.atomic(contact_lists.remove))(row.pk, [person.pk])
    row.refresh_from_db()
    return shapes.respond(shape(row))


def find(workspace: Workspace, public_id: str) -> Row:
    """One list of the workspace. Raises Problem (404)."""
    return lists.one(Row.objects.filter(workspace=workspace), public_id, "lst", "list")


def wanted(workspace: Workspace, public_id: str, param: str = "list") -> Row:
    """The list that a parameter names. Raises Problem (404) with the parameter."""
    known = lists.is_id(public_id, "lst")
    found = Row.objects.filter(workspace=workspace, public_id=public_id).first() if known else None
    if found is None:
        raise missing(f"There is no list {public_id[:80]} in this workspace.", param)
    return found


def make(workspace: Workspace, name: str) -> Row:
    """Raises Problem: 400 for what is no name, 409 for one that is taken."""
    try:
        return contact_lists.create(workspace, naming.clean(name), None, clock.now())
    except naming.BadName as problem:
        raise invalid("parameter_invalid", f"name: {problem}", "name") from None
    except contact_lists.NameTaken:
        raise Problem(409, INVALID, "name_taken", f"There is a list “{name}” already.", "name") from None


def shape(row: Row) -> NamedList:
    return NamedList(id=row.public_id, name=row.name, size=row.size, created_at=row.created_at)


def _people(workspace: Workspace, wanted: list[str]) -> list[int]:
    """Their row ids, in order. Raises Problem (404) with the first that is not there."""
    possible = [one for one in wanted if lists.is_id(one, "con")]
    ours = workspace.contacts.living().filter(public_id__in=possible)
    found: dict[str, int] = dict(ours.values_list("public_id", "pk"))
    for place, one in enumerate(wanted):
        if one not in found:
            raise missing(f"There is no contact {one} in this workspace.", f"contacts.{place}")
    return [found[one] for one in wanted]
