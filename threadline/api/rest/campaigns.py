"""/campaigns: create one, read it, change its texts and settings, run it, see what became of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from threadline.accounts.models import Member, Workspace
from threadline.api.problems import invalid
from threadline.api.rest import campaign_shapes, lists, numbers, repeats, shapes
from threadline.api.rest.auth import identify
from threadline.api.rest.campaign_results import CampaignResults, results_of
from threadline.api.rest.campaign_shapes import (
    CampaignChanges,
    CampaignFilters,
    CampaignInFull,
    CampaignList,
    NewArming,
    NewCampaign,
)
from threadline.campaigns.drafts import campaign_templates
from threadline.campaigns.drafts.creating import NEW_LIST, Details, create
from threadline.campaigns.editing import details, saving
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign as Row
from threadline.campaigns.models import CampaignTemplate
from threadline.campaigns.running import arming, lifecycle
from threadline.lib import clock

router: Final = Router(tags=["Campaigns"], by_alias=True)
Verb = Callable[[Row, Member | None, datetime], Row]
# Path, verb, summary, description.
_VERBS: Final[tuple[tuple[str, Verb, str, str], ...]] = (
    ("pause", lifecycle.pause, "Pause a campaign", "Takes back what has not left. Auto SMS stays as it is."),
    ("resume", lifecycle.resume, "Resume a campaign", "Goes on exactly where it was paused."),
    ("stop", lifecycle.stop, "Stop a campaign", "Ends it for good: what has not left is cancelled."),
    ("restart", lifecycle.restart, "Restart a campaign", "Stopped to draft: only its schedule can be built anew."),
    ("archive", lifecycle.archive, "Archive a campaign", "Puts one that has ended out of sight."),
    ("restore", lifecycle.restore, "Restore a campaign", "Brings an archived one back to what it was."),
    ("disarm", arming.disarm, "Turn Auto SMS off", "Takes back what has not left. The campaign stays active."),
)


@router.get(
    "/campaigns",
    response={200: CampaignList, **shapes.ERRORS},
    summary="List campaigns",
    operation_id="list_campaigns",
)
def index(request: HttpRequest, filters: Query[CampaignFilters]) -> HttpResponse:
    """The newest first."""
    lists.refuse_unknown(request, CampaignFilters)
    everything = _ours(identify(request).workspace)
    rows = everything
    if filters.state is not None:
        if filters.state not in Row.State.values:
            words = ", ".join(Row.State.values)
            raise invalid("parameter_invalid", f"There is no state {filters.state}; there are {words}.", "state")
        rows = rows.filter(state=filters.state)
    page, has_more = lists.page(rows, ("id",), everything, filters)
    data = [campaign_shapes.shape(row) for row in page]
    return shapes.respond(CampaignList(url=request.path, has_more=has_more, data=data))


@router.post(
    "/campaigns",
    response={201: CampaignInFull, **shapes.ERRORS_OF_WRITES},
    summary="Create a campaign",
    operation_id="create_campaign",
)
def make(
    request: HttpRequest,
    payload: NewCampaign,
    idempotency_key: str | None = repeats.header(),
) -> HttpResponse:
    """A draft with its texts and settings. The people of its list become its leads within seconds."""
    workspace = identify(request).workspace

    def deed() -> tuple[int, CampaignInFull]:
        number = _number(workspace, payload.number)
        template = _template(workspace, payload.template)
        details = Details(payload.name, number, payload.list or NEW_LIST, payload.owner or "", payload.acknowledged)
        row = create(workspace, None, details, clock.now())
        if template is not None:
            campaign_templates.apply(template, row)
        saving.save(row, None, campaign_shapes.merged(row, payload, number), clock.now())
        return 201, in_full(row)

    return repeats.once(request, idempotency_key, deed)


@router.get(
    "/campaigns/{str:id}",
    response={200: CampaignInFull, **shapes.ERRORS_BY_ID},
    summary="Read a campaign",
    operation_id="get_campaign",
)
def show(request: HttpRequest, id: str) -> HttpResponse:
    """One campaign with its steps, its people by status, and why nothing is moving when it is so."""
    return shapes.respond(campaign_shapes.shape_in_full(find(identify(request).workspace, id)))


@router.post(
    "/campaigns/{str:id}",
    response={200: CampaignInFull, **shapes.ERRORS_OF_CHANGES},
    summary="Change a campaign",
    operation_id="change_campaign",
)
def change(
    request: HttpRequest,
    id: str,
    payload: CampaignChanges,
    idempotency_key: str | None = repeats.header(),
) -> HttpResponse:
    """Texts, settings and owner, at any time, of a draft its list as well; what counts for texts counts for every one
    that is not queued yet."""
    workspace = identify(request).workspace
    row = find(workspace, id)

    def deed() -> tuple[int, CampaignInFull]:
        details.save(row, None, details.Details(payload.name, payload.owner, payload.list), clock.now())
        locked = lock(row.pk)
        number = _number(workspace, payload.number)
        saving.save(locked, None, campaign_shapes.merged(locked, payload, number), clock.now())
        return 200, in_full(row)

    return repeats.once(request, idempotency_key, deed)


@router.post(
    "/campaigns/{str:id}/arm",
    response={200: CampaignInFull, **shapes.ERRORS_OF_CHANGES},
    summary="Turn Auto SMS on",
    operation_id="arm_campaign",
)
def arm(
    request: HttpRequest,
    id: str,
    payload: NewArming | None = None,
    idempotency_key: str | None = repeats.header(),
) -> HttpResponse:
    """Lets an active campaign send by itself; one of a workspace may."""
    switch = payload is not None and payload.switch
    return _do(request, id, idempotency_key, lambda row, member, now: arming.arm(row, member, now, switch))


def _add_verb(path: str, verb: Verb, summary: str, description: str) -> None:
    @router.post(
        f"/campaigns/{{str:id}}/{path}",
        response={200: CampaignInFull, **shapes.ERRORS_OF_CHANGES},
        summary=summary,
        description=description,
        operation_id=f"{path}_campaign",
    )
    def press(request: HttpRequest, id: str, idempotency_key: str | None = repeats.header()) -> HttpResponse:
        return _do(request, id, idempotency_key, verb)


for _verb in _VERBS:
    _add_verb(*_verb)


@router.get(
    "/campaigns/{str:id}/results",
    response={200: CampaignResults, **shapes.ERRORS_BY_ID},
    summary="Read the results",
    operation_id="get_campaign_results",
)
def results(request: HttpRequest, id: str) -> HttpResponse:
    """What became of every step's texts, and of the people."""
    return shapes.respond(results_of(find(identify(request).workspace, id)))


def find(workspace: Workspace, public_id: str) -> Row:
    """One campaign of the workspace. Raises Problem (404)."""
    return lists.one(_ours(workspace), public_id, "cmp", "campaign")


def in_full(row: Row) -> CampaignInFull:
    """As it is now."""
    return campaign_shapes.shape_in_full(_ours(row.workspace).get(pk=row.pk))


def _ours(workspace: Workspace) -> QuerySet[Row]:
    return Row.objects.filter(workspace=workspace).select_related("workspace", "number", "list", "owner")


def _do(request: HttpRequest, id: str, key: str | None, verb: Verb) -> HttpResponse:
    row = find(identify(request).workspace, id)

    def deed() -> tuple[int, CampaignInFull]:
        return 200, in_full(verb(row, None, clock.now()))

    return repeats.once(request, key, deed)


def _template(workspace: Workspace, wanted: str | None) -> CampaignTemplate | None:
    found = campaign_templates.find(workspace, wanted) if wanted else None
    if wanted and found is None:
        raise invalid("parameter_invalid", f"There is no template {wanted} in this workspace.", "template")
    return found


def _number(workspace: Workspace, wanted: str) -> str:
    """The public id of a number; what is none stays as it is, and is refused with the other fields."""
    found: Any = numbers.find(workspace, wanted) if wanted else None
    return found.public_id if found else wanted
