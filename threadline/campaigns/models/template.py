"""CampaignTemplate: the messages and settings of a campaign, kept to start others from."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("tpl")


class CampaignTemplate(models.Model):
    """`steps` and `settings` are the columns of Step and Campaign that can be copied, by name."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="campaign_templates")
    name = models.CharField(max_length=120)
    steps = models.JSONField(default=list)
    settings = models.JSONField(default=dict)
    created_by = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint("workspace", Lower("name"), name="template_name_once")]

    def __str__(self) -> str:
        return self.name
