"""Attempt: one try to hand a Message to the carrier. At most one of a message's attempts is ever accepted."""

from django.db import models

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("att")


class Attempt(models.Model):
    """`wire_at` is committed before the POST: an attempt that has it and no outcome may or may not have been sent."""

    class Outcome(models.TextChoices):
        PENDING = "pending"  # on the wire, or its process died
        ACCEPTED = "accepted"  # the carrier gave a sid
        REFUSED = "refused"  # the carrier said no: provably not sent
        NOT_SENT = "not_sent"  # never left this machine: provably not sent
        UNKNOWN = "unknown"  # left, and nobody knows: being reconciled
        ABSENT = "absent"  # looked up twice after the grace period and not there
        AMBIGUOUS = "ambiguous"  # the carrier's list fits more than one way: a person decides

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)  # callback path
    message = models.ForeignKey("messaging.Message", models.CASCADE, related_name="attempts")
    connection = models.ForeignKey("numbers.Connection", models.CASCADE, related_name="+", db_index=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.PENDING)
    worker = models.CharField(max_length=40, blank=True)
    wire_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    sid = models.CharField(max_length=34, null=True, unique=True)
    error_code = models.IntegerField(null=True)
    error = models.TextField(blank=True)
    lookups = models.PositiveSmallIntegerField(default=0)  # complete, after the grace period, without finding it
    looked_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["connection", "wire_at"],
                condition=models.Q(outcome__in=["pending", "unknown"]),
                name="attempt_unsettled",
            )
        ]

    def __str__(self) -> str:
        return self.public_id
