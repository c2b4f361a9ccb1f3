"""One row lock per campaign keeps its verbs and its engine apart."""

from typing import Final

from django.db import connection

from threadline.campaigns.models import Campaign

_ASKING: Final = 0x61736B << 40  # "ask"; the workspace's id is added


def lock(campaign_id: int) -> Campaign:
    """The campaign as it stands now, locked until the end of the caller's transaction."""
    campaigns = Campaign.objects.select_related("workspace", "number", "list", "acknowledged_by")
    return campaigns.select_for_update(of=("self",)).get(id=campaign_id)


def lock_if_free(campaign_id: int) -> Campaign | None:
    """The same for the engine, which leaves a campaign alone that somebody else has in hand."""
    campaigns = Campaign.objects.select_related("workspace", "number", "list", "acknowledged_by")
    return campaigns.select_for_update(of=("self",), skip_locked=True).filter(id=campaign_id).first()


def alone(workspace_id: int) -> bool:
    """Whether no other process is asking for texts of a workspace's campaigns; until the end of the transaction.

    What a person gets from one campaign decides what they may get from another, so they are asked for one by one.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ASKING + workspace_id])
        (got,) = cursor.fetchone()
    return bool(got)
