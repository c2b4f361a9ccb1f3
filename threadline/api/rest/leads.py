"""/campaigns/…/leads: the people of a campaign, how far they have come, and what is done with one of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from threadline.accounts.models import Member
from threadline.api.problems import REFUSED_BY_CAMPAIGN, invalid, missing
from threadline.api.rest import campaigns, contact_shapes, lists, message_shapes, repeats, shapes
from threadline.api.rest.auth import identify
from threadline.api.rest.contact_shapes import NewContact
from threadline.api.rest.message_shapes import SentMessage
from threadline.api.rest.shapes import Error, ErrorBody, ListOf, Shape
from threadline.campaigns import audience
from threadline.campaigns.engine.by_hand import send_next
from threadline.campaigns.leads import coming, lead_verbs
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.refusals import Refused
from threadline.campaigns.sequence.steps import sequence_of
from threadline.lib import clock
from threadline.messaging.models import Message

router: Final = Router(tags=["Leads"], by_alias=True)
MOST: Final = 500  # people of one request
Verb = Callable[[Campaign, int, Member | None, datetime], Recipient]
_VERBS: Final[tuple[tuple[str, Verb, str, str], ...]] = (
    ("complete", lead_verbs.complete, "Complete a lead", "By hand: nothing more goes to them."),
    ("remove", lead_verbs.remove, "Remove a lead", "Takes them out of the campaign; they stay in your contacts."),
    ("retry", lead_verbs.retry, "Retry a lead", "Lets one that is held, failed, skipped or removed wait again."),
)


class Lead(Shape):
    """A person in a campaign, and how far they have come."""

    object: Literal["lead"] = "lead"
    id: str = Field(description="The contact, con_….")
    phone: str
    name: str | None
    status: Literal["pending", "in_progress", "completed", "opted_out", "failed", "skipped", "held", "removed"]
    how: Literal["finished", "replied", "by_hand", "excluded", "again"] | None = Field(
        description="How a completed lead was completed. A removed one: excluded (the audience leaves them out) or "
        "again (added again, and about to wait)."
    )
    reason: str | None = Field(description="Why failed, skipped, held, removed or put off.")
    step: int | None = Field(description="The position of the last step asked for.")
    due_at: datetime | None = Field(
        description="When the next one may go; null while the last one has not left, as soon as it is their turn, and "
        "when nothing more goes to them."
    )
    added_at: datetime
    first_text_at: datetime | None
    last_text_at: datetime | None
    replied_at: datetime | None
    ended_at: datetime | None


class LeadList(ListOf[Lead]):
    """A page of leads."""


class NewLeads(BaseModel):
    """People to add."""

    model_config = ConfigDict(extra="forbid", strict=True)

    people: list[NewContact] = Field(min_length=1, max_length=MOST, description="Up to 500, as in POST contacts.")


class LeadFilters(lists.Paging):
    status: str | None = Field(default=None, max_length=20, description="Like pending or completed.")


@router.get(
    "/campaigns/{str:id}/leads",
    response={200: LeadList, **shapes.ERRORS_OF_LISTS_BY_ID},
    summary="List leads",
    operation_id="list_leads",
)
def index(request: HttpRequest, id: str, filters: Query[LeadFilters]) -> HttpResponse:
    """The last added first."""
    lists.refuse_unknown(request, LeadFilters)
    campaign = campaigns.find(identify(request).workspace, id)
    everybody = _leads(campaign)
    rows = everybody
    if filters.status is not None:
        if filters.status not in Recipient.Status.values:
            words = ", ".join(Recipient.Status.values)
            raise invalid("parameter_invalid", f"There is no status {filters.status}; there are {words}.", "status")
        rows = rows.filter(status=filters.status)
    page, has_more = lists.page(rows, ("id",), everybody, filters, "contact__public_id")
    return shapes.respond(LeadList(url=request.path, has_more=has_more, data=_shapes(campaign, page)))


@router.post(
    "/campaigns/{str:id}/leads",
    response={200: LeadList, **shapes.ERRORS_OF_CHANGES},
    summary="Add leads",
    operation_id="add_leads",
)
def add(
    request: HttpRequest,
    id: str,
    payload: NewLeads,
    idempotency_key: str | None = repeats.header(),
) -> HttpResponse:
    """All of them or none: they become contacts, members of the campaign's list, and leads, each number once.

    A removed lead waits again, after the last step it got; one that has finished stays finished. Whom the campaign's
    audience leaves out is not among the leads that come back.
    """
    workspace = identify(request).workspace
    campaign = campaigns.find(workspace, id)

    def deed() -> tuple[int, LeadList]:
        people = [contact_shapes.person(workspace, one, f"people.{place}.") for place, one in enumerate(payload.people)]
        saved = audience.add(campaign, people, clock.now())
        found = {
            lead.contact_id: lead for lead in _leads(campaign).filter(contact__in={one.contact_id for one in saved})
        }
        data = _shapes(campaign, [found[one.contact_id] for one in saved if one.contact_id in found])
        return 200, LeadList(url=request.path, has_more=False, data=data)

    return repeats.once(request, idempotency_key, deed)


@router.get(
    "/campaigns/{str:id}/leads/{str:contact}",
    response={200: Lead, **shapes.ERRORS_BY_ID},
    summary="Read a lead",
    operation_id="get_lead",
)
def show(request: HttpRequest, id: str, contact: str) -> HttpResponse:
    """One lead."""
    campaign = campaigns.find(identify(request).workspace, id)
    return shapes.respond(_shapes(campaign, [_find(campaign, contact)])[0])


@router.post(
    "/campaigns/{str:id}/leads/{str:contact}/send",
    response={201: SentMessage, **shapes.ERRORS_OF_CHANGES},
    summary="Send the next step",
    operation_id="send_next_step",
)
def send(
    request: HttpRequest,
    id: str,
    contact: str,
    idempotency_key: str | None = repeats.header(),
) -> HttpResponse:
    """Now, whatever its wait, hours and batches; through the gate as everything."""
    campaign = campaigns.find(identify(request).workspace, id)
    lead = _find(campaign, contact)

    def deed() -> tuple[int, Shape]:
        try:
            outcome = send_next(campaign, lead.contact_id, None, clock.now())
        except Refused as refused:  # what the gate saw stays written down
            body = ErrorBody(type=REFUSED_BY_CAMPAIGN, code=refused.code, message=refused.sentence, param=None)
            return 409, Error(error=body)
        assert outcome.message is not None
        row = Message.objects.get(pk=outcome.message.id)
        said = message_shapes.verdict(outcome.verdict)
        values = message_shapes.fields(row, outcome.message.conversation_public_id)
        return 201, SentMessage.model_validate({**values, "verdict": said})

    return repeats.once(request, idempotency_key, deed)


def _add_verb(path: str, verb: Verb, summary: str, description: str) -> None:
    @router.post(
        f"/campaigns/{{str:id}}/leads/{{str:contact}}/{path}",
        response={200: Lead, **shapes.ERRORS_OF_CHANGES},
        summary=summary,
        description=description,
        operation_id=f"{path}_lead",
    )
    def press(
        request: HttpRequest, id: str, contact: str, idempotency_key: str | None = repeats.header()
    ) -> HttpResponse:
        campaign = campaigns.find(identify(request).workspace, id)
        lead = _find(campaign, contact)

        def deed() -> tuple[int, Lead]:
            verb(campaign, lead.contact_id, None, clock.now())
            return 200, _shapes(campaign, [_find(campaign, contact)])[0]

        return repeats.once(request, idempotency_key, deed)


for _verb in _VERBS:
    _add_verb(*_verb)


def _leads(campaign: Campaign) -> QuerySet[Recipient]:
    return Recipient.objects.filter(campaign=campaign).select_related("contact")


def _find(campaign: Campaign, contact: str) -> Recipient:
    known = lists.is_id(contact, "con")
    found = _leads(campaign).filter(contact__public_id=contact).first() if known else None
    if found is None:
        raise missing(f"There is no lead {contact[:80]} in this campaign.", "contact")
    return found


def _shapes(campaign: Campaign, rows: list[Recipient]) -> list[Lead]:
    sequence, now = sequence_of(campaign.pk), clock.now()
    return [_shape(row, coming.of(campaign, row, sequence, now)) for row in rows]


def _shape(row: Recipient, following: coming.Coming | None) -> Lead:
    return Lead.model_validate(
        {
            "id": row.contact.public_id,
            "phone": row.address,
            "name": row.contact.name or None,
            "status": row.status,
            "how": row.how or None,
            "reason": row.reason or None,
            "step": row.step or None,
            "due_at": following.at if following else None,
            "added_at": row.added_at,
            "first_text_at": row.first_text_at,
            "last_text_at": row.last_text_at,
            "replied_at": row.replied_at,
            "ended_at": row.ended_at,
        }
    )
