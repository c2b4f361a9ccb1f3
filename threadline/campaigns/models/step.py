"""Step: one text of a campaign's sequence."""

from decimal import Decimal

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _


class Step(models.Model):
    """`position` only grows and is never used again: leads remember how far they came by it.

    Step 1, Step 2 … on the page are the places among the steps that were not removed. A date and a time of day are what
    clocks on the wall show, in the campaign's zone or in each person's.
    """

    class Timing(models.TextChoices):
        AFTER = "after", _("after the previous")  # as many hours as the step before says; the first one: at once
        AT = "at", _("at a date and time")
        FIELD = "field", _("relative to a date of the person")

    campaign = models.ForeignKey("campaigns.Campaign", models.CASCADE, related_name="steps", db_index=False)
    position = models.PositiveSmallIntegerField()
    body = models.TextField(_("Message"))
    wait_hours = models.DecimalField(_("Wait (hours)"), max_digits=6, decimal_places=2, default=Decimal(24))
    timing = models.CharField(max_length=5, choices=Timing.choices, default=Timing.AFTER)
    at_date = models.DateField(null=True)  # AT
    at_time = models.TimeField(null=True)  # AT and FIELD
    zone = models.CharField(max_length=10, default="campaign")  # AT and FIELD: Campaign.Zone
    field_key = models.CharField(max_length=40, blank=True)  # FIELD: the custom field with the date
    offset_days = models.SmallIntegerField(default=0)  # FIELD: this many days after the date, before it when negative
    yearly = models.BooleanField(default=False)  # FIELD: the day that comes next, whatever the year (a birthday)
    media = models.JSONField(default=list)  # public ids of uploads (messaging.Upload)
    version = models.PositiveIntegerField(default=1)  # rises with every change of the text
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "position"], name="step_position_once")]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"step at {self.position} of campaign {self.campaign_id}"
