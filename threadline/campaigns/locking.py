"""One row lock per campaign keeps its verbs and its engine apart."""

from threadline.campaigns.models import Campaign


def lock(campaign_id: int) -> Campaign:
    """The campaign as it stands now, locked until the end of the caller's transaction."""
    campaigns = Campaign.objects.select_related("workspace", "number", "list", "acknowledged_by")
    return campaigns.select_for_update(of=("self",), no_key=True).get(id=campaign_id)


def lock_if_free(campaign_id: int) -> Campaign | None:
    """The same for the engine, which leaves a campaign alone that somebody else has in hand."""
    campaigns = Campaign.objects.select_related("workspace", "number", "list", "acknowledged_by")
    return campaigns.select_for_update(of=("self",), skip_locked=True, no_key=True).filter(id=campaign_id).first()
