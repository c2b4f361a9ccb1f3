"""Duplicating a campaign: a new draft of the same texts, settings and audience, with nobody's progress in it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.campaigns import audience
from threadline.campaigns.drafts import copying, creating
from threadline.campaigns.models import AudienceRule, Campaign
from threadline.events.publish import Happening, publish
from threadline.events.types import CAMPAIGN_CHANGED
from threadline.lib import doorbell

_MOST_NAMES: Final = 1000


def duplicate(campaign: Campaign, member: Member | None, now: datetime) -> Campaign:
    """The copy, called “… (copy)” or the first such name that is free; `member` is None for a program.

    Nobody has acknowledged the opt-in for it yet: that is asked for when it is launched.
    """
    for name in _names(campaign.name):
        try:
            with transaction.atomic():
                made = _copy(campaign, member, name, now)
        except IntegrityError:
            if not creating.name_taken(campaign.workspace, name):
                raise
            continue
        if audience.size(made).found <= audience.MOST:
            audience.refresh(made, now)
        return made
    raise AssertionError("a thousand copies of one campaign")


def _names(name: str) -> Iterator[str]:
    for serial in range(1, _MOST_NAMES):
        ending = " " + (_("(copy)") if serial == 1 else _("(copy %(n)d)") % {"n": serial})
        yield name[: creating.LONGEST_NAME - len(ending)].rstrip() + ending


def _copy(campaign: Campaign, member: Member | None, name: str, now: datetime) -> Campaign:
    made = Campaign.objects.create(
        workspace=campaign.workspace,
        name=name,
        number=campaign.number,
        list=campaign.list,
        owner=member if member in creating.owners(campaign.workspace) else campaign.owner,
        created_by=member,
        created_at=now,
        **copying.settings(campaign),
    )
    copying.write_steps(made, copying.steps(campaign))
    for rule in campaign.audience_rules.order_by("id"):
        AudienceRule.objects.create(
            campaign=made,
            mode=rule.mode,
            by=rule.by,
            list_id=rule.list_id,
            tag_id=rule.tag_id,
            field_key=rule.field_key,
            field_value=rule.field_value,
            look_at=now,
        )
    audit.record(made.workspace, member, "campaign.duplicated", made.public_id, name=name, of=campaign.public_id)
    publish([Happening(made.workspace_id, CAMPAIGN_CHANGED, made.public_id)])
    doorbell.ring_on_commit("campaigns")  # the people of its list become leads
    return made
