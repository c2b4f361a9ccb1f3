"""Step: one text of a campaign's sequence."""

from decimal import Decimal

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _


class Step(models.Model):
    """`position` only grows and is never used again: leads remember how far they came by it.

    Step 1, Step 2 … on the page are the places among the steps that were not removed.
    """

    campaign = models.ForeignKey("campaigns.Campaign", models.CASCADE, related_name="steps", db_index=False)
    position = models.PositiveSmallIntegerField()
    body = models.TextField(_("Message"))
    wait_hours = models.DecimalField(_("Wait (hours)"), max_digits=6, decimal_places=2, default=Decimal(24))
    version = models.PositiveIntegerField(default=1)  # rises with every change of the text
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "position"], name="step_position_once")]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"step at {self.position} of campaign {self.campaign_id}"
