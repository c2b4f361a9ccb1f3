"""Campaign Details of a campaign that is there: its name, its owner and, of a draft, its contact list (003-6)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.campaigns.audience import editing as audience
from threadline.campaigns.drafts import creating
from threadline.campaigns.editing import saving
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign
from threadline.campaigns.running import follow
from threadline.lib import deadlocks, doorbell


@dataclass(frozen=True, slots=True)
class Details:
    """As they came: `owner` and `list` are public ids, `owner` "" is nobody. None: as it is."""

    name: str | None = None
    owner: str | None = None
    list: str | None = None

    @classmethod
    def of(cls, campaign: Campaign) -> "Details":
        return cls(campaign.name, campaign.owner.public_id if campaign.owner else "", campaign.list.public_id)


@deadlocks.retried
@transaction.atomic
def save(
    campaign: Campaign, member: Member | None, given: Details, now: datetime, seen: Details | None = None
) -> Campaign:
    """Save all of them or none: Invalid names every field that is wrong. The campaign as it is then.

    `seen` is what stood there when they were filled in; only what differs from it is meant. So two who change different
    details at once lose nothing, and who changes the same one is told that the other was quicker.
    """
    locked = lock(campaign.pk)
    errors: dict[str, str] = {}
    columns = _checked(locked, _meant(Details.of(locked), given, seen, errors), errors)
    if errors:
        raise Invalid(errors)
    changed = {name: value for name, value in columns.items() if getattr(locked, name) != value}
    if changed:
        _write(locked, changed)
        happenings = audience.start_over(locked, now) if "list" in changed else []
        facts = {name: str(value) for name, value in changed.items()}
        audit.record(locked.workspace, member, "campaign.details", locked.public_id, **facts)
        follow.tell([locked.pk], now, happenings)
        doorbell.ring_on_commit("campaigns")
    return locked


def _meant(stands: Details, given: Details, seen: Details | None, errors: dict[str, str]) -> dict[str, str]:
    """What shall be different, by field."""
    before, shown = asdict(stands), asdict(seen or stands)
    wanted = {name: value for name, value in asdict(given).items() if value not in (None, before[name], shown[name])}
    for name in wanted:
        if shown[name] not in (None, before[name]):
            errors[name] = _("Somebody else has changed this meanwhile. Save again to have it your way.")
    return wanted


def _checked(campaign: Campaign, wanted: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    """The columns of what is wanted; where `errors` has a field, its value means nothing."""
    found: dict[str, Any] = {}
    workspace, locked = campaign.workspace, saving.locked_because(campaign)
    problems = {"name": locked, "owner": locked, "list": audience.locked_because(campaign)}
    errors |= {name: problems[name] for name in wanted if problems[name]}
    if "name" in wanted and "name" not in errors:
        found["name"] = creating.check_name(workspace, wanted["name"], errors, campaign)
    if "owner" in wanted and "owner" not in errors:
        found["owner"] = creating.check_owner(workspace, wanted["owner"], errors)
    if "list" in wanted and "list" not in errors:
        found["list"] = chosen = creating.check_list(workspace, wanted["list"], errors)
        if chosen and (problem := audience.no_list_because(campaign, chosen)):
            errors["list"] = problem
    return found


def _write(campaign: Campaign, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(campaign, name, value)
    try:
        with transaction.atomic():
            campaign.save(update_fields=list(columns))
    except IntegrityError:  # somebody took the name at the same moment
        if creating.name_taken(campaign.workspace, campaign.name, campaign):
            raise Invalid({"name": creating.taken(campaign.name)}) from None
        raise
