"""Opt-outs: who told which of our lines to stop, with the evidence. They key on addresses, not on contacts."""

from django.db import models
from django.utils import timezone


class OptOut(models.Model):
    """In force while `lifted_at` is null. `line` is our own number; the evidence says where the word came from."""

    class Evidence(models.TextChoices):
        INBOUND = "inbound"  # they texted the word
        CARRIER = "carrier"  # Twilio refused with 21610
        MEMBER = "member"  # somebody of ours recorded it

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="opt_outs", db_index=False)
    line = models.CharField(max_length=40)
    address = models.CharField(max_length=80)
    word = models.CharField(max_length=40, blank=True)
    evidence = models.CharField(max_length=10, choices=Evidence.choices)
    reference = models.CharField(max_length=64, blank=True)  # sid of the text, or public id of the member
    at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=64, blank=True)  # sid of the START, or public id of the member

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "address", "line"],
                condition=models.Q(lifted_at=None),
                name="one_opt_out_in_force",
            )
        ]
        indexes = [models.Index(fields=["workspace", "address", "at"], name="opt_out_history")]

    def __str__(self) -> str:
        return f"opt-out of {self.line}"
