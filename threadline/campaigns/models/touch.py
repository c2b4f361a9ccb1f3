"""Touch: that one step was asked for, for one lead. The unique key is what makes a step go to a person once."""

from typing import Final

from django.db import models

# Statuses of a text that has certainly reached nobody.
REACHED_NOBODY: Final = frozenset({"held", "failed", "undelivered", "canceled"})


class Touch(models.Model):
    recipient = models.ForeignKey("campaigns.Recipient", models.CASCADE, related_name="touches", db_index=False)
    step = models.ForeignKey("campaigns.Step", models.CASCADE, related_name="touches", db_index=False)
    message = models.OneToOneField("messaging.Message", models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()  # of the step's text
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient", "step"], name="step_once_per_lead")]
        indexes = [models.Index(fields=["step", "-id"], name="touch_latest")]

    def __str__(self) -> str:
        return f"step {self.step_id} for lead {self.recipient_id}"
