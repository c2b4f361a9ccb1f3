"""Whether the launcher's answers still hold: they were about the people who were in the campaign then."""

from django.utils.translation import gettext as _

from threadline.campaigns.launch import launch_rules
from threadline.campaigns.models import Campaign
from threadline.campaigns.refusals import Refused


def outgrown(campaign: Campaign) -> Refused | None:
    """Why it may not send by itself now: since its launch so many joined that the workspace asks about them first.

    None when it may, and where the workspace asks for neither a typed number nor an approval.
    """
    rules = launch_rules.of(campaign.workspace)
    asked_from = [people for people in (rules.typed_from, rules.approval_from) if people is not None]
    if not asked_from:
        return None
    new = campaign.recipients.count() - campaign.launched_for
    if new < min(asked_from):
        return None
    sentence = _(
        "%(new)s people were added since it was launched for %(then)s. From %(least)s on this workspace asks about "
        "them before: press Stop, then Restart, and launch it again with all of them. Nobody gets a message twice."
    )
    shown = {"new": f"{new:,}", "then": f"{campaign.launched_for:,}", "least": f"{min(asked_from):,}"}
    return Refused("outgrown", sentence % shown, "", "", campaign.public_id)
