"""Event: something that happened, in commit order; readers keep a cursor."""

from django.db import models


class Event(models.Model):
    """One thing that happened. `data` is small, typed by its `type` (events/types.py), never a text's body."""

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="+", db_index=False)
    type = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)  # public id of what it concerns: conv_…, conn_…
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "subject", "id"], name="event_of_subject"),
            models.Index(fields=["created_at"], name="event_age"),  # pruning
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"


class Cursor(models.Model):
    """How far one reader of the events has come."""

    reader = models.CharField(max_length=40, unique=True)
    event_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.reader} at {self.event_id}"
