"""What the carrier's webhooks brought, raw, before any logic: accepted requests and refused ones."""

from django.db import models


class RawRequest(models.Model):
    """One verified webhook, durable before it was answered; `processed_at` null until the worker has dealt with it."""

    class Kind(models.TextChoices):
        INBOUND = "inbound"
        STATUS = "status"

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="+", db_index=False, null=True)
    connection = models.ForeignKey("numbers.Connection", models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=90, unique=True)  # inbound:<workspace>:<sid> …; a repeat is a no-op
    address = models.CharField(max_length=80, blank=True)  # inbound: who wrote; the claim waits for it
    attempt = models.CharField(max_length=32, blank=True)  # status: the attempt's public id from the path
    body = models.TextField()  # as received, still URL-encoded
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)  # status: matched no text yet, looked at again then
    problem = models.TextField(blank=True)  # why it was parked

    class Meta:
        indexes = [
            # In order of arrival, and with all that the claim needs to leave out anyone whose own text is not read yet:
            # an index by address would touch a page of its own for every text that comes in.
            # (processed_at is always null in it: SQLite otherwise looks it up in the table.)
            models.Index(
                fields=["id", "kind", "workspace", "address", "processed_at"],
                condition=models.Q(processed_at=None),
                name="raw_waiting",
            ),
            models.Index(fields=["workspace", "-id"], condition=~models.Q(problem=""), name="raw_parked"),
        ]

    def __str__(self) -> str:
        return self.key


class Quarantined(models.Model):
    """A webhook we refused: bad signature, unknown account … Kept (capped per hour) and shown, never acted on."""

    connection = models.ForeignKey("numbers.Connection", models.CASCADE, related_name="+", null=True)
    path = models.CharField(max_length=200)
    url = models.TextField()  # as we saw it
    reason = models.CharField(max_length=40)  # see quarantine.py
    diagnosis = models.TextField(blank=True)  # a sentence: which setting to change
    headers = models.JSONField(default=dict)  # only those that a diagnosis needs
    body = models.TextField(blank=True)
    remote = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)  # a member put the warning away

    class Meta:
        indexes = [models.Index(fields=["connection", "-received_at"], name="quarantine_latest")]

    def __str__(self) -> str:
        return f"{self.reason} {self.path}"


class Heartbeat(models.Model):
    """The last sign of life of one worker process."""

    process = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.process
