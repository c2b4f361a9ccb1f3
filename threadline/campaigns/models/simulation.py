"""Simulation: a campaign run on a virtual clock, and what came of it."""

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("sim")


class Simulation(models.Model):
    """Asked for on a page, run by a child of the worker; a small one runs at once."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    campaign = models.ForeignKey("campaigns.Campaign", models.CASCADE, related_name="simulations")
    member = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    digest = models.CharField(max_length=64, blank=True)  # of what was simulated: says whether it is out of date
    result = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state__in=["queued", "running"]), name="simulation_to_do"),
        ]

    def __str__(self) -> str:
        return self.public_id
