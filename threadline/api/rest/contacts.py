"""/contacts: people, made or completed by their number, read, changed."""

from typing import Final

from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from threadline.accounts.models import Workspace
from threadline.api.problems import INVALID, Problem, invalid, missing
from threadline.api.rest import contact_lists, contact_shapes, lists, repeats, shapes
from threadline.api.rest.auth import identify
from threadline.api.rest.contact_shapes import (
    Contact,
    ContactChanges,
    ContactFilters,
    ContactList,
    ContactMerge,
    ContactToSave,
    DeletedContact,
)
from threadline.contacts import deleting, editing, merging, people, tags
from threadline.contacts.alike import folded
from threadline.contacts.models import Contact as Row
from threadline.contacts.records import clean
from threadline.lib import clock, phones

router: Final = Router(tags=["Contacts"], by_alias=True)


@router.get(
    "/contacts", response={200: ContactList, **shapes.ERRORS}, summary="List people", operation_id="list_contacts"
)
def index(request: HttpRequest, filters: Query[ContactFilters]) -> HttpResponse:
    """The people of this workspace, the newest first."""
    lists.refuse_unknown(request, ContactFilters)
    everybody = Row.objects.living().filter(workspace=identify(request).workspace)
    rows = _chosen(everybody, identify(request).workspace, filters)
    page, has_more = lists.page(rows.prefetch_related("taggings__tag", "aliases"), ("id",), everybody, filters)
    data = [contact_shapes.shape(row) for row in page]
    return shapes.respond(ContactList(url=request.path, has_more=has_more, data=data))


@router.post(
    "/contacts",
    response={201: Contact, 200: Contact, **shapes.ERRORS_OF_WRITES},
    summary="Save a person",
    operation_id="save_contact",
)
def save(
    request: HttpRequest,
    payload: ContactToSave,
    idempotency_key: str | None = repeats.header(),
) -> HttpResponse:
    """201: somebody new. 200: the number was known; what you give is taken over, what you leave out stays."""
    workspace = identify(request).workspace
    zone = contact_shapes.zone(payload.timezone, "timezone")
    named = contact_shapes.tag_names(payload.tags, "tags")

    def deed() -> tuple[int, Contact]:
        (saved,) = people.save(workspace, [contact_shapes.person(workspace, payload)], clock.now())
        row = Row.objects.get(pk=saved.contact_id)
        editing.change(row, {"timezone": zone} if zone else {})
        editing.set_tags(row, named, [])
        row.refresh_from_db()
        if saved.verdict == "updated":
            editing.tell(row)
        return 201 if saved.verdict == "created" else 200, contact_shapes.shape(row)

    return repeats.once(request, idempotency_key, deed)


@router.get(
    "/contacts/{str:id}",
    response={200: Contact, **shapes.ERRORS_BY_ID},
    summary="Read a person",
    operation_id="get_contact",
)
def show(request: HttpRequest, id: str) -> HttpResponse:
    """One person."""
    return shapes.respond(contact_shapes.shape(find(identify(request).workspace, id)))


@router.post(
    "/contacts/{str:id}",
    response={200: Contact, **shapes.ERRORS_OF_CHANGES},
    summary="Change a person",
    operation_id="change_contact",
)
def change(
    request: HttpRequest,
    id: str,
    payload: ContactChanges,
    idempotency_key: str | None = repeats.header(),
) -> HttpResponse:
    """What you name is written as you give it; what you leave out stays."""
    workspace = identify(request).workspace
    row = find(workspace, id)
    named = contact_shapes.tag_names(payload.tags or [], "tags")

    def deed() -> tuple[int, Contact]:
        editing.change(row, _values(workspace, payload))
        if "tags" in payload.model_fields_set:
            wanted, known = {folded(name) for name in named}, [one.tag.name for one in row.taggings.all()]
            editing.set_tags(row, named, [name for name in known if folded(name) not in wanted])
        row.refresh_from_db()
        return 200, contact_shapes.shape(row)

    try:
        return repeats.once(request, idempotency_key, deed)
    except IntegrityError:
        raise Problem(409, INVALID, "phone_taken", "Somebody else has this phone number.", "phone") from None


@router.delete(
    "/contacts/{str:id}",
    response={200: DeletedContact, **shapes.ERRORS_BY_ID},
    summary="Delete a person",
    operation_id="delete_contact",
)
def delete(request: HttpRequest, id: str) -> HttpResponse:
    """Hidden: campaigns stop texting them, their texts stay, and saving the same number brings them back."""
    workspace = identify(request).workspace
    deleting.hide(workspace, [find(workspace, id).pk], None, clock.now())
    return shapes.respond(DeletedContact(id=id))


@router.post(
    "/contacts/{str:id}/merge",
    response={200: Contact, **shapes.ERRORS_OF_CHANGES},
    summary="Merge two people",
    operation_id="merge_contacts",
)
def merge(
    request: HttpRequest,
    id: str,
    payload: ContactMerge,
    idempotency_key: str | None = repeats.header(),
) -> HttpResponse:
    """This one is kept, and gets the other's number, lists and tags, and the fields that only the other has."""
    workspace = identify(request).workspace
    kept = find(workspace, id)
    gone = find(workspace, payload.contact, "contact")

    def deed() -> tuple[int, Contact]:
        fields = {one if one in merging.COLUMNS else f"{editing.CUSTOM}{one}" for one in payload.take}
        merging.merge(kept, gone, fields, None, clock.now())
        kept.refresh_from_db()
        return 200, contact_shapes.shape(kept)

    try:
        return repeats.once(request, idempotency_key, deed)
    except merging.Refused as problem:
        raise Problem(409, INVALID, "not_possible", str(problem), "contact") from None


@router.post(
    "/contacts/{str:id}/unmerge",
    response={200: Contact, **shapes.ERRORS_OF_CHANGES},
    summary="Undo the last merge",
    operation_id="unmerge_contact",
)
def unmerge(request: HttpRequest, id: str, idempotency_key: str | None = repeats.header()) -> HttpResponse:
    """The one who was merged into this person last is a person again. What was changed since stays as it is."""
    row = find(identify(request).workspace, id)

    def deed() -> tuple[int, Contact]:
        done = row.merges.filter(undone_at=None).order_by("-id").first()
        if done is None:
            raise merging.Refused("Nobody was merged into this person.")
        merging.undo(done, None, clock.now())
        row.refresh_from_db()
        return 200, contact_shapes.shape(row)

    try:
        return repeats.once(request, idempotency_key, deed)
    except merging.Refused as problem:
        raise Problem(409, INVALID, "not_possible", str(problem)) from None


def find(workspace: Workspace, public_id: str, param: str = "id") -> Row:
    """One person of the workspace. Raises Problem (404)."""
    return lists.one(Row.objects.living().filter(workspace=workspace), public_id, "con", "contact", param)


def _chosen(rows: QuerySet[Row], workspace: Workspace, filters: ContactFilters) -> QuerySet[Row]:
    if filters.phone is not None:
        phone = phones.normalise(filters.phone, workspace.country)
        if phone is None:
            raise invalid("parameter_invalid", f"“{filters.phone}” is not a phone number.", "phone")
        rows = rows.filter(phone=phone)
    if filters.list is not None:
        rows = rows.filter(memberships__list=contact_lists.wanted(workspace, filters.list))
    if filters.tag is not None:
        tag = tags.find(workspace, clean(filters.tag, 80))
        if tag is None:
            raise missing(f"There is no tag {filters.tag[:80]} in this workspace.", "tag")
        rows = rows.filter(taggings__tag=tag)
    return rows


def _values(workspace: Workspace, payload: ContactChanges) -> dict[str, str]:
    """As editing.change takes them: by name, custom ones by "custom.<key>"."""
    given = payload.model_dump(include=payload.model_fields_set, exclude={"fields", "tags"})
    values = {name: clean(value or "", 160) for name, value in given.items()}
    if "phone" in values:
        values["phone"] = contact_shapes.phone(workspace, values["phone"], "phone")
    if "timezone" in values:
        values["timezone"] = contact_shapes.zone(values["timezone"], "timezone")
    if "email" in values:
        values["email"] = contact_shapes.email(payload.email or "", "email")
    fields = contact_shapes.custom_values(workspace, payload.fields, "fields")
    return values | {f"{editing.CUSTOM}{key}": value for key, value in fields.items()}
