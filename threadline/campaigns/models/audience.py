"""AudienceRule: more lists, tags or fields whose people a campaign texts as well, or leaves out."""

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _


class AudienceRule(models.Model):
    """Beside the campaign's own list: `include` adds people, `exclude` leaves them out whatever includes them."""

    class Mode(models.TextChoices):
        INCLUDE = "include", _("Also")
        EXCLUDE = "exclude", _("Not")

    class By(models.TextChoices):
        LIST = "list", _("list")
        TAG = "tag", _("tag")
        FIELD = "field", _("field")

    campaign = models.ForeignKey("campaigns.Campaign", models.CASCADE, related_name="audience_rules")
    mode = models.CharField(max_length=7, choices=Mode.choices)
    by = models.CharField(max_length=5, choices=By.choices)
    # A list or tag that is left out must not vanish: its people would be texted.
    list = models.ForeignKey(
        "contacts.ContactList", models.PROTECT, null=True, related_name="audience_rules", db_index=False
    )
    tag = models.ForeignKey("contacts.Tag", models.PROTECT, null=True, related_name="audience_rules", db_index=False)
    field_key = models.CharField(max_length=40, blank=True)  # a custom field's, or "contact." and one of our columns
    field_value = models.CharField(max_length=200, blank=True)  # equal but for upper and lower case
    version = models.BigIntegerField(default=-1)  # of the list or tag, when all its people were last dealt with
    cursor = models.BigIntegerField(default=0)  # the last of its people who was
    look_at = models.DateTimeField(default=now)  # where nothing says that something has changed: the next look

    def __str__(self) -> str:
        return f"{self.mode} {self.by} for campaign {self.campaign_id}"
