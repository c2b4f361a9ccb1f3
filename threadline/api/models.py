"""Keys that programs sign in with, and the answers kept for repeated requests."""

from django.db import models
from django.utils import timezone

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("key")


class ApiKey(models.Model):
    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    key_hash = models.CharField(max_length=64, unique=True)  # SHA-256; the key itself is printed once
    hint = models.CharField(max_length=12)  # its last four characters
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class IdempotentRequest(models.Model):
    """The first answer to an Idempotency-Key, kept for 24 hours; equal repeats get it again (idempotency.py)."""

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # of method, path and body: another request may not reuse the key
    status = models.PositiveSmallIntegerField(null=True)  # null only inside the transaction of the first
    answer = models.TextField(default="")  # JSON, to the letter as it was sent
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return self.key
