"""/templates: the messages and settings that campaigns can be started from, to be read."""

from datetime import datetime
from typing import Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from threadline.api.rest import lists, shapes
from threadline.api.rest.auth import identify
from threadline.api.rest.shapes import ListOf, Shape
from threadline.campaigns.drafts import campaign_templates
from threadline.campaigns.models import CampaignTemplate as Row

router: Final = Router(tags=["Campaigns"], by_alias=True)


class TemplateStep(Shape):
    """One text of a template."""

    body: str
    timing: str


class Template(Shape):
    """Messages and settings to start a campaign from: `template` of POST campaigns."""

    object: Literal["template"] = "template"
    id: str
    name: str
    steps: list[TemplateStep]
    settings: dict[str, Any] = Field(description="The settings of a campaign that it holds, by name.")
    created_at: datetime


class TemplateList(ListOf[Template]):
    """A page of templates."""


@router.get(
    "/templates",
    response={200: TemplateList, **shapes.ERRORS},
    summary="List templates",
    operation_id="list_templates",
)
def index(request: HttpRequest, filters: Query[lists.Paging]) -> HttpResponse:
    """The newest first."""
    lists.refuse_unknown(request, lists.Paging)
    rows = Row.objects.filter(workspace=identify(request).workspace)
    page, has_more = lists.page(rows, ("id",), rows, filters)
    return shapes.respond(TemplateList(url=request.path, has_more=has_more, data=[_shape(row) for row in page]))


@router.get(
    "/templates/{str:id}",
    response={200: Template, **shapes.ERRORS_BY_ID},
    summary="Read a template",
    operation_id="get_template",
)
def show(request: HttpRequest, id: str) -> HttpResponse:
    """One template."""
    rows = Row.objects.filter(workspace=identify(request).workspace)
    return shapes.respond(_shape(lists.one(rows, id, "tpl", "template")))


def _shape(row: Row) -> Template:
    return Template(
        id=row.public_id,
        name=row.name,
        steps=[TemplateStep(body=step["body"], timing=step["timing"]) for step in row.steps],
        settings=campaign_templates.readable(row),
        created_at=row.created_at,
    )
