"""AuditEntry: who changed what that matters (credentials, webhooks, members), append-only."""

from django.db import models
from django.utils import timezone


class AuditEntry(models.Model):
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="audit_entries")
    member = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=60)  # connection.saved, number.webhook_set, member.invited …
    subject = models.CharField(max_length=40)  # public id
    facts = models.JSONField(default=dict)  # before and after; never a secret
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="audit_latest")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
