"""Conversation: all that passed with one address of a contact, over all our numbers; a row more per number used."""

from django.db import models
from django.utils import timezone

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("conv")


class Conversation(models.Model):
    """Denormalised for the list: last activity, preview and unread stand here, kept in the writers' transactions."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="conversations", db_index=False)
    channel = models.CharField(max_length=10, default="sms")
    address = models.CharField(max_length=80)  # opaque: E.164, short code or a sender's name
    digits = models.CharField(max_length=80, blank=True)  # of the address, for search from the front …
    digits_reversed = models.CharField(max_length=80, blank=True)  # … and from the back
    contact = models.ForeignKey("contacts.Contact", models.SET_NULL, null=True, related_name="conversations")
    last_number = models.ForeignKey("numbers.Number", models.SET_NULL, null=True, related_name="+", db_index=False)
    last_message_id = models.BigIntegerField(null=True)
    last_activity_at = models.DateTimeField(default=timezone.now)
    last_direction = models.CharField(max_length=8, blank=True)
    last_status = models.CharField(max_length=20, blank=True)
    preview = models.CharField(max_length=160, blank=True)
    unread = models.PositiveIntegerField(default=0)
    last_inbound_at = models.DateTimeField(null=True)
    last_outbound_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "channel", "address"], name="conversation_per_address")
        ]
        indexes = [
            models.Index(fields=["workspace", "-last_activity_at", "-id"], name="conversation_latest"),
            # The list of unread ones; and below, the unread texts of each number on every page of Messages.
            models.Index(
                fields=["workspace", "-last_activity_at", "-id"],
                condition=models.Q(unread__gt=0),
                name="conversation_unread",
            ),
            models.Index(fields=["workspace", "digits"], name="conversation_digits"),
            models.Index(fields=["workspace", "digits_reversed"], name="conversation_digits_rev"),
        ]

    def __str__(self) -> str:
        return self.public_id


class ConversationNumber(models.Model):
    """What passed over one of our numbers: the number picker filters and sorts by it."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="lines", db_index=False)
    number = models.ForeignKey("numbers.Number", models.CASCADE, related_name="+", db_index=False)
    last_activity_at = models.DateTimeField(default=timezone.now)
    unread = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "number"], name="number_once_per_conversation")]
        indexes = [
            models.Index(fields=["number", "-last_activity_at", "-conversation"], name="conversation_latest_of_number"),
            models.Index(
                fields=["number", "-last_activity_at", "-conversation"],
                condition=models.Q(unread__gt=0),
                name="unread_of_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} over {self.number_id}"


class Draft(models.Model):
    """What a member has typed and not sent, per conversation."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="drafts")
    member = models.ForeignKey("accounts.Member", models.CASCADE, related_name="drafts")
    body = models.TextField()
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "member"], name="one_draft_per_member")]

    def __str__(self) -> str:
        return f"draft in {self.conversation_id}"
