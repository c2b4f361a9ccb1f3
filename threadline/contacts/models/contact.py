"""Contact: a person we know by a phone number."""

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("con")


class ContactQuerySet(models.QuerySet["Contact"]):
    def living(self) -> "ContactQuerySet":
        """Those that are not deleted, nor merged into somebody."""
        return self.filter(deleted_at=None)


class Contact(models.Model):
    """`fields` holds custom values by key (see CustomField): {"pet_name": "Rex"}; never mixed with our own columns."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="contacts", db_index=False)
    phone = models.CharField(_("phone number"), max_length=80)  # E.164
    name = models.CharField(_("name"), max_length=160, blank=True)  # in full, as it is shown
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    company = models.CharField(_("company"), max_length=160, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    timezone = models.CharField(_("time zone"), max_length=60, blank=True, db_default="")  # IANA, when somebody said so
    fields = models.JSONField(default=dict)
    imported = models.ForeignKey(
        "contacts.Import", models.SET_NULL, null=True, related_name="+", db_index=False
    )  # that made them or brought them back, so that it can be undone
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)
    deleted_at = models.DateTimeField(null=True)  # hidden; what passed with them is kept, adding them brings them back

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "phone"], name="contact_phone_once")]
        indexes = [
            models.Index(fields=["workspace", "name", "id"], name="contact_by_name"),
            models.Index(fields=["workspace", "-id"], name="contact_latest"),
        ]

    def __str__(self) -> str:
        return self.name or self.phone
