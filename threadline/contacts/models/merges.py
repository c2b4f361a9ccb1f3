"""Alias: another number of a person. Merge: two people who turned out to be one, and how to take them apart again."""

from django.db import models
from django.utils import timezone

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("mrg")


class Alias(models.Model):
    """Who writes from `phone` is shown as this person; texts still go where a conversation has them."""

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="aliases", db_index=False)
    contact = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="aliases")
    phone = models.CharField(max_length=80)  # E.164
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "phone"], name="alias_once")]

    def __str__(self) -> str:
        return self.phone


class Merge(models.Model):
    """`before` holds what both had, by column, with their lists and tags: undoing puts it back."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="merges")
    kept = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="merges")
    gone = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="merged_into")
    before = models.JSONField()
    member = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.public_id
