"""Campaign: texts that send themselves to the people of a list, step by step."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("cmp")


class Campaign(models.Model):
    """Its state moves by the table of campaigns/states.py only. `armed` is the Auto SMS switch."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        STOPPED = "stopped", _("Stopped")
        COMPLETED = "completed", _("Completed")
        ARCHIVED = "archived", _("Archived")

    class Kind(models.TextChoices):
        """The first step decides: by a wait it is a drip, at a date it is scheduled (U1)."""

        DRIP = "drip", _("Drip")
        SCHEDULED = "scheduled", _("Scheduled")

    class Priority(models.TextChoices):
        OLDEST = "oldest", _("oldest first")
        NEWEST = "newest", _("newest first")
        ALPHABETICAL = "alphabetical", _("alphabetical")
        LIST = "list", _("list order")
        RANDOM = "random", _("random")

    class Zone(models.TextChoices):
        """By whose clock a time of day counts."""

        CAMPAIGN = "campaign", _("the campaign's time zone")
        PERSON = "person", _("each person's own time zone")

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="campaigns", db_index=False)
    name = models.CharField(_("Campaign Name"), max_length=120)
    channel = models.CharField(max_length=10, default="sms")
    number = models.ForeignKey("numbers.Number", models.SET_NULL, null=True, related_name="+", db_index=False)
    list = models.ForeignKey("contacts.ContactList", models.PROTECT, related_name="campaigns")
    owner = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+", db_index=False)
    created_by = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+", db_index=False)
    # Who said that every person has opted in, and when: the basis of consent that each text records.
    acknowledged_by = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+", db_index=False)
    acknowledged_at = models.DateTimeField(null=True)

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DRIP)  # kept by steps.keep_kind
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    state_before = models.CharField(max_length=10, choices=State.choices, blank=True)  # what an archived one was
    armed = models.BooleanField(default=False)
    armed_by = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+", db_index=False)
    armed_at = models.DateTimeField(null=True)
    begins_at = models.DateTimeField(null=True)  # a scheduled one: the first moment when anybody may be due
    restarted_at = models.DateTimeField(null=True)  # only its schedule can be changed since then
    paused_because = models.TextField(blank=True)  # a sentence, when it paused itself
    approval_asked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+", db_index=False)
    approved_at = models.DateTimeField(null=True)
    approved_what = models.CharField(max_length=64, blank=True)  # digest of what was approved: a change voids it
    watched_from = models.DateTimeField(null=True)  # since when failures and opt-outs are counted for the breaker
    # What was answered when it was last launched, and whom the answers were about.
    launched_for = models.PositiveIntegerField(default=0)  # leads, removed ones too
    repeat_meant = models.BooleanField(default=False)  # who had the same words within a day gets them again
    recall_until = models.DateTimeField(null=True)  # what is asked for before this leaves only then

    complete_on_reply = models.BooleanField(_("Complete lead on any reply"), default=True)
    timezone = models.CharField(_("Timezone"), max_length=60)  # IANA
    window_start = models.TimeField(_("Start time"), null=True)  # both null: at any time
    window_end = models.TimeField(_("End time"), null=True)
    window_days = models.PositiveSmallIntegerField(_("Days"), default=127)  # bit 0 is Monday
    window_zone = models.CharField(max_length=10, choices=Zone.choices, default=Zone.CAMPAIGN)
    opt_out_line = models.CharField(_("Opt-out line"), max_length=160, blank=True)  # at the end of the first text
    canary_size = models.PositiveIntegerField(_("Try on the first"), default=0)  # 0: at once to everybody
    canary_passed_at = models.DateTimeField(null=True)
    most_failed = models.PositiveSmallIntegerField(_("Pause when more than % fail"), default=30)  # 0: never
    most_opt_outs = models.PositiveSmallIntegerField(_("Pause when more than % opt out"), default=10)  # 0: never
    batch_size = models.PositiveIntegerField(_("SMS per batch"), default=10)
    batch_minutes = models.PositiveIntegerField(_("Minutes between batches"), default=10)
    priority = models.CharField(_("Lead priority"), max_length=12, choices=Priority.choices, default=Priority.OLDEST)

    batch_left = models.PositiveIntegerField(default=0)  # of the batch that is under way, until the next one
    next_batch_at = models.DateTimeField(null=True)
    list_version = models.BigIntegerField(default=-1)  # of the list, when all its people were last made leads
    list_cursor = models.BigIntegerField(default=0)  # the last of its members that was made a lead
    created_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", Lower("name"), name="campaign_name_once"),
            models.UniqueConstraint(fields=["workspace"], condition=models.Q(armed=True), name="one_armed_campaign"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-id"], name="campaign_latest"),
            # What the engine looks at again and again: the ones whose list may have grown, and the armed ones.
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["draft", "scheduled", "active", "paused"]),
                name="campaign_alive",
            ),
            models.Index(fields=["id"], condition=models.Q(armed=True), name="campaign_armed"),
            models.Index(
                fields=["kind", "begins_at"],
                condition=models.Q(state__in=["scheduled", "active"]),
                name="campaign_running",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sends_by_itself(self) -> bool:
        """Active, and nobody has to press anything for the next text: Auto SMS is on, or it goes by its schedule."""
        return self.state == self.State.ACTIVE and (self.armed or self.kind == self.Kind.SCHEDULED)

    @property
    def starts_at(self) -> datetime | None:
        """Start Date: when the first message of a scheduled one goes or went, when a drip was started.

        A draft has none: what it was launched for before a restart may never have come.
        """
        if self.state == self.State.DRAFT:
            return None
        return self.begins_at if self.kind == self.Kind.SCHEDULED else self.started_at

    @property
    def source(self) -> str:
        """What its texts carry as their source, and are withdrawn by."""
        return f"campaign:{self.pk}"
