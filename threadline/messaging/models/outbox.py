"""OutboxEntry: a text still to be handed to the carrier. The queue is this small table; a settled entry is deleted."""

from django.db import models


class Priority(models.IntegerChoices):
    PERSON = 10
    API = 20
    CAMPAIGN = 30


class OutboxEntry(models.Model):
    message = models.OneToOneField("messaging.Message", models.CASCADE, related_name="outbox_entry")
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey("messaging.Conversation", models.CASCADE, related_name="+")
    connection = models.ForeignKey("numbers.Connection", models.CASCADE, related_name="+", db_index=False)
    address = models.CharField(max_length=80)
    line = models.CharField(max_length=80)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices)
    source = models.CharField(max_length=40)  # opaque: "campaign:12"; withdrawn as one
    automatic = models.BooleanField(default=False)  # nobody typed it by hand for this one person
    stop_on_reply = models.BooleanField(default=False)
    run_after = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # too old to be sent after this
    not_after = models.DateTimeField(null=True)  # the hours in which it may reach the person end here
    paced = models.BooleanField(default=False, db_default=False)  # run_after is its slot of the number's throughput
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=40, blank=True)
    claimed_at = models.DateTimeField(null=True)
    withdrawn = models.TextField(blank=True, db_default="")  # while on the wire: why it is not to be tried again

    class Meta:
        indexes = [
            models.Index(
                fields=["priority", "run_after", "id"], condition=models.Q(claimed_by=""), name="outbox_ready"
            ),
            models.Index(fields=["workspace", "source"], name="outbox_of_source"),
            models.Index(fields=["not_after"], condition=models.Q(not_after__isnull=False), name="outbox_ends"),
            # Slots handed out: the next one to come, and the last one of a number. Nothing else is in these.
            models.Index(fields=["run_after"], condition=models.Q(paced=True, claimed_by=""), name="outbox_next_slot"),
            models.Index(
                fields=["line", "connection", "-run_after"],
                condition=models.Q(paced=True, claimed_by=""),
                name="outbox_last_slot",
            ),
        ]

    def __str__(self) -> str:
        return f"outbox {self.message_id}"
