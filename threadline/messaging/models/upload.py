"""Upload: a file of ours that goes out with texts; the carrier fetches it by a signed address."""

from django.db import models
from django.utils import timezone

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("upl")


class Upload(models.Model):
    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200)  # as its owner called it
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    file = models.CharField(max_length=200)  # name in the storage
    member = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    kept_at = models.DateTimeField(null=True)  # since a text or a step refers to it; null: it may be deleted

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")

    def __str__(self) -> str:
        return self.name
