"""Who is in a campaign beside the people of its list, as programs write and read it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from threadline.api.rest.shapes import Shape
from threadline.campaigns.audience.editing import Chosen
from threadline.campaigns.models import AudienceRule as Row
from threadline.campaigns.models import Campaign

Mode = Literal["include", "exclude"]


class AudienceRule(Shape):
    """One more list, tag or field whose people the campaign texts, or leaves out whatever adds them."""

    object: Literal["audience_rule"] = "audience_rule"
    id: str
    mode: Mode
    by: Literal["list", "tag", "field"]
    list: str | None = Field(description="lst_…")
    tag: str | None = Field(description="tag_…")
    field: str | None = Field(description="The key of a custom field, or contact.company and the like.")
    value: str | None = Field(description="What the field holds; upper and lower case make no difference.")


class NewAudienceRule(BaseModel):
    """Exactly one of list, tag and field."""

    model_config = ConfigDict(extra="forbid", strict=True)

    mode: Mode = Field(description="include adds people, exclude leaves them out.")
    list: str | None = Field(default=None, max_length=80, description="lst_…")
    tag: str | None = Field(default=None, max_length=80, description="tag_…")
    field: str | None = Field(default=None, max_length=80, description="The key of a custom field, or contact.company.")
    value: str = Field("", max_length=400, description="With field: what it holds.")

    def chosen(self) -> Chosen:
        """As the page chooses; of several the first counts, none is refused."""
        which = getattr(self, self.by)
        return Chosen(self.mode, "" if which is None else f"{self.by}:{which}", self.value)

    @property
    def by(self) -> str:
        """Which of the three was given; `list` when none was."""
        return next((by for by in ("list", "tag", "field") if getattr(self, by) is not None), "list")


def of(campaign: Campaign) -> list[AudienceRule]:
    """In the order in which they were added."""
    return [_shape(row) for row in campaign.audience_rules.select_related("list", "tag").order_by("id")]


def _shape(row: Row) -> AudienceRule:
    return AudienceRule.model_validate(
        {
            "id": str(row.pk),
            "mode": row.mode,
            "by": row.by,
            "list": row.list.public_id if row.list else None,
            "tag": row.tag.public_id if row.tag else None,
            "field": row.field_key or None,
            "value": row.field_value or None,
        }
    )
