"""Receipt: what the gate saw and said about one text, append-only. It is the answer to "Why?"."""

from django.db import models


class Receipt(models.Model):
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="+")
    message = models.ForeignKey(
        "messaging.Message", models.CASCADE, null=True, related_name="receipts"
    )  # null: refused before a message was made
    source = models.CharField(max_length=40)
    address = models.CharField(max_length=80)
    phase = models.CharField(max_length=8)  # send or dispatch
    verdict = models.CharField(max_length=8)  # send, defer, hold, refuse
    code = models.CharField(max_length=20, blank=True)  # the rule that decided
    reason = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["workspace", "address", "-id"],
                condition=models.Q(message=None),
                name="receipt_without_message",
            ),
            models.Index(fields=["workspace", "source"], condition=models.Q(message=None), name="receipt_of_source"),
        ]

    def __str__(self) -> str:
        return f"{self.phase}: {self.verdict}"
