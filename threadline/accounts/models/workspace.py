"""Workspace: the customer's tenant. Every look-up of every page starts at one."""

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("ws")


class Workspace(models.Model):
    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    name = models.CharField(_("workspace name"), max_length=120)
    country = models.CharField(_("country"), max_length=2, default="US")  # reads phone numbers without a country code
    timezone = models.CharField(_("time zone"), max_length=60, default="America/New_York")
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name
