"""Which campaigns a list or a tag is used by: such a one is not deleted, and may be renamed."""

from dataclasses import dataclass
from typing import Any

from threadline.contacts.models import ContactList, Tag


@dataclass(frozen=True, slots=True)
class Use:
    """A campaign that texts its people, or leaves them out; `id` is the campaign's public id."""

    id: str
    name: str
    leaves_out: bool


PREFETCH = ("campaigns", "audience_rules__campaign")  # for many lists at once


def of(held: ContactList | Tag) -> list[Use]:
    """Each campaign once, the latest first."""
    own: list[Any] = list(held.campaigns.all()) if isinstance(held, ContactList) else []
    rules: list[Any] = list(held.audience_rules.all())
    leaving_out = {rule.campaign for rule in rules if rule.mode == "exclude"}
    found = {*own, *(rule.campaign for rule in rules)}
    in_order = sorted(found, key=lambda campaign: -campaign.pk)
    return [Use(one.public_id, one.name, one in leaving_out) for one in in_order]
