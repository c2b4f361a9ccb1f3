"""The audience as Campaign Details shows it: chips of what puts people in and what leaves them out, and how many."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from threadline.campaigns.audience import counting, editing, sources
from threadline.campaigns.audience.counting import Size
from threadline.campaigns.audience.sources import By
from threadline.campaigns.models import AudienceRule, Campaign
from threadline.contacts import fields

Mode = AudienceRule.Mode
Option = tuple[str, str]  # value and words
_ICONS = {By.LIST: "list", By.TAG: "tag", By.FIELD: "text-cursor-input"}
_KINDS = {By.LIST: gettext_lazy("List"), By.TAG: gettext_lazy("Tag"), By.FIELD: gettext_lazy("Field")}


@dataclass(frozen=True, slots=True)
class Chip:
    """One list, tag or field of the audience; `id` is its rule's."""

    id: int
    kind: str | Promise
    icon: str
    words: str


@dataclass(frozen=True, slots=True)
class Audience:
    """`why` nothing can be changed, "" when it can; only then `size` and `summary` say how many people it makes."""

    also: Sequence[Chip]
    without: Sequence[Chip]
    why: str
    size: Size | None
    summary: str
    options: Sequence[tuple[str | Promise, Sequence[Option]]]  # by kind


def of(campaign: Campaign) -> Audience:
    labels = fields.labels(campaign.workspace)
    rules = list(campaign.audience_rules.select_related("list", "tag").order_by("id"))
    why = editing.locked_because(campaign)
    size = None if why else counting.size(campaign)
    lists_alone = all(rule.by == By.LIST for rule in rules if rule.mode == Mode.INCLUDE)
    return Audience(
        [_chip(rule, labels) for rule in rules if rule.mode == Mode.INCLUDE],
        [_chip(rule, labels) for rule in rules if rule.mode == Mode.EXCLUDE],
        why,
        size,
        _summary(size, lists_alone) if size else "",
        [] if why else _options(campaign, labels),
    )


def _chip(rule: AudienceRule, labels: dict[str, str]) -> Chip:
    by = By(rule.by)
    return Chip(rule.pk, _KINDS[by], _ICONS[by], editing.words(rule, labels))


def _summary(size: Size, lists_alone: bool) -> str:
    """Like "1,204 people: 1,300 on lists, 96 left out"."""
    numbers = {"people": f"{size.people:,}", "found": f"{size.found:,}", "left_out": f"{size.left_out:,}"}
    if size.people == 1 and not size.left_out:
        return _("1 person")
    if not size.left_out:
        return _("%(people)s people") % numbers
    if lists_alone:
        return _("%(people)s people: %(found)s on lists, %(left_out)s left out") % numbers
    return _("%(people)s people: %(found)s with these lists, tags and fields, %(left_out)s left out") % numbers


def _options(campaign: Campaign, labels: dict[str, str]) -> list[tuple[str | Promise, list[Option]]]:
    workspace = campaign.workspace
    held = workspace.lists.exclude(pk=campaign.list_id).order_by("name").values_list("public_id", "name", "size")
    tags = workspace.tags.order_by("name").values_list("public_id", "name")
    own = [(f"field:{sources.OURS}{name}", str(label)) for name, label in editing.FIELDS.items()]
    kinds: list[tuple[str | Promise, list[Option]]] = [
        (gettext_lazy("Lists"), [(f"list:{pk}", f"{name} ({size:,})") for pk, name, size in held]),
        (gettext_lazy("Tags"), [(f"tag:{pk}", name) for pk, name in tags]),
        (gettext_lazy("Fields"), [*((f"field:{key}", label) for key, label in labels.items()), *own]),
    ]
    return [(kind, options) for kind, options in kinds if options]
