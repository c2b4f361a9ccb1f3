"""ContactList: a named set of people, and who is on it."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("lst")


class ContactList(models.Model):
    """`version` rises in every transaction that puts people on it, so that readers see at a glance that there is more;
    the row's lock keeps two such transactions apart. `size` counts its members."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="lists", db_index=False)
    name = models.CharField(_("list name"), max_length=120)
    size = models.PositiveIntegerField(default=0)
    version = models.BigIntegerField(default=0)
    created_by = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("workspace", Lower("name"), name="list_name_once")]

    def __str__(self) -> str:
        return self.name


class ListMember(models.Model):
    """One person on one list."""

    list = models.ForeignKey(ContactList, models.CASCADE, related_name="members", db_index=False)
    contact = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="memberships")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "contact"], name="once_on_a_list")]

    def __str__(self) -> str:
        return f"{self.contact_id} on {self.list_id}"
