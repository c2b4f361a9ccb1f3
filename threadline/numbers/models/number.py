"""Number: a phone number that texts or calls, claimed by one workspace."""

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from threadline.lib import ids, phones


def new_public_id() -> str:
    return ids.new("num")


class NumberQuerySet(models.QuerySet["Number"]):
    def claimed(self) -> "NumberQuerySet":
        """Numbers this workspace chose to work with."""
        return self.filter(claimed_at__isnull=False)

    def textable(self) -> "NumberQuerySet":
        """Numbers that may be a From: chosen, still on the account, able to text."""
        return self.claimed().filter(gone_at=None, sms=True, connection__removed_at=None)

    def in_use_first(self) -> "NumberQuerySet":
        """A phone may have a row for each account it was on; the databases differ about where an empty time stands."""
        return self.order_by(F("gone_at").desc(nulls_first=True), "-id")

    def locked(self) -> "NumberQuerySet":
        """For the rest of the transaction; in this order everywhere, so that no two wait for each other."""
        return self.order_by("id").select_for_update(of=("self",), no_key=True)

    def default_first(self) -> "NumberQuerySet":
        return self.order_by("-is_default", "label", "phone")


class Number(models.Model):
    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="numbers")
    connection = models.ForeignKey("numbers.Connection", models.CASCADE, related_name="numbers")
    account_sid = models.CharField(max_length=34)  # with phone: who a fixed-path webhook is for
    sid = models.CharField(max_length=34)
    phone = models.CharField(_("phone number"), max_length=20)  # E.164
    label = models.CharField(_("label"), max_length=80, blank=True)  # "Main Intake"
    sms = models.BooleanField(default=True)
    mms = models.BooleanField(default=False)
    voice = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    claimed_at = models.DateTimeField(null=True)  # null: on the account, not chosen for this workspace
    gone_at = models.DateTimeField(null=True)  # no longer on the account
    sms_url = models.TextField(blank=True)  # as last read at the carrier
    sms_method = models.CharField(max_length=4, blank=True)
    sms_url_before = models.TextField(blank=True)  # what we replaced, to put back
    sms_method_before = models.CharField(max_length=4, blank=True)
    last_inbound_at = models.DateTimeField(null=True)  # last webhook that reached us
    synced_until = models.DateTimeField(null=True)  # history of this number is complete up to here
    per_second = models.FloatField(_("Texts per second"), null=True, blank=True)  # null: as fast as it goes
    daily_cap = models.PositiveIntegerField(_("Texts per day"), null=True, blank=True)  # null: no limit
    slot_at = models.DateTimeField(null=True)  # the next moment that is free for a text, when per_second is set
    service_sid = models.CharField(max_length=34, blank=True)  # its Messaging Service: lines in one share opt-outs
    created_at = models.DateTimeField(default=timezone.now)

    objects = NumberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "account_sid", "phone"], name="number_once_per_workspace"),
            # Two workspaces on one Twilio account may not both answer for a number (U8).
            models.UniqueConstraint(
                fields=["account_sid", "phone"],
                condition=models.Q(claimed_at__isnull=False),
                name="number_claimed_once",
            ),
            models.UniqueConstraint(
                fields=["workspace"],
                condition=models.Q(is_default=True),
                name="one_default_number",
            ),
        ]

    def __str__(self) -> str:
        return self.label or phones.display(self.phone)
