"""Tag: a word put on people, to find and to text them by; and who has it."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("tag")


class Tag(models.Model):
    """`version` rises in every transaction that puts it on people, as a list's does."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="tags", db_index=False)
    name = models.CharField(_("tag"), max_length=40)
    version = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("workspace", Lower("name"), name="tag_name_once")]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """One person has one tag."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings", db_index=False)
    contact = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="taggings")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "contact"], name="tag_once")]

    def __str__(self) -> str:
        return f"tag {self.tag_id} on {self.contact_id}"
