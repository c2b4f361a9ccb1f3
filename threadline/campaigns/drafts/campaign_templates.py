"""Templates: the texts and settings of a campaign under a name, to start others from."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member, Workspace
from threadline.campaigns import audience
from threadline.campaigns.drafts import copying
from threadline.campaigns.drafts.creating import LONGEST_NAME
from threadline.campaigns.editing import settings
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign, CampaignTemplate, Step


def keep(campaign: Campaign, member: Member | None, name: str, now: datetime) -> CampaignTemplate:
    """Save a campaign's texts and settings as a template. Raises Invalid for its name."""
    steps = [copying.plain(columns) for columns in copying.steps(campaign)]
    kept = CampaignTemplate(
        workspace=campaign.workspace,
        steps=steps,
        settings=copying.plain(copying.settings(campaign)),
        created_by=member,
        created_at=now,
    )
    _name(kept, name)
    audit.record(kept.workspace, member, "template.saved", kept.public_id, name=kept.name, of=campaign.public_id)
    return kept


def rename(template: CampaignTemplate, member: Member | None, name: str) -> None:
    """Raises Invalid for the name."""
    before = template.name
    _name(template, name)
    audit.record(template.workspace, member, "template.renamed", template.public_id, before=before, after=template.name)


@transaction.atomic
def delete(template: CampaignTemplate, member: Member | None) -> None:
    """It goes; the campaigns that were started from it stay as they are."""
    audit.record(template.workspace, member, "template.deleted", template.public_id, name=template.name)
    template.delete()


def find(workspace: Workspace, public_id: str) -> CampaignTemplate | None:
    """One of the workspace's own."""
    plain = public_id.replace("\0", "")
    return CampaignTemplate.objects.filter(workspace=workspace, public_id=plain).first() if plain else None


def apply(template: CampaignTemplate, campaign: Campaign) -> None:
    """Give a campaign that was just created the template's texts and settings, in the caller's transaction."""
    columns = copying.read(Campaign, copying.SETTINGS, template.settings)
    for name, value in columns.items():
        setattr(campaign, name, value)
    campaign.save(update_fields=list(columns))
    audience.rank(campaign)  # its leads are there already
    copying.write_steps(campaign, [copying.read(Step, copying.STEP, step) for step in template.steps])


def readable(template: CampaignTemplate) -> dict[str, Any]:
    """Its settings as programs read those of a campaign."""
    kept: dict[str, Any] = dict(template.settings)
    if "window_days" in kept:
        kept["window_days"] = list(settings.days_of(kept["window_days"]))
    return kept


def _name(template: CampaignTemplate, given: str) -> None:
    """Save it under this name."""
    name = " ".join(given.replace("\x00", "").encode(errors="replace").decode().split())
    if not name:
        raise Invalid({"name": _("Give the template a name.")})
    if len(name) > LONGEST_NAME:
        sentence = _("The name has %(n)s characters; at most %(most)s are possible.")
        raise Invalid({"name": sentence % {"n": len(name), "most": LONGEST_NAME}})
    template.name = name
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError:
        taken = _("There is a template called “%(name)s” already. Choose another name.") % {"name": name}
        raise Invalid({"name": taken}) from None
