"""Message: one text, in or out. What was tried to send it are its Attempts."""

from django.db import models
from django.utils import timezone

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("msg")


class Message(models.Model):
    """`line` is our address, `address` the person's. Statuses and their order: messaging/status.py."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="messages", db_index=False)
    conversation = models.ForeignKey("messaging.Conversation", models.CASCADE, related_name="messages", db_index=False)
    number = models.ForeignKey("numbers.Number", models.SET_NULL, null=True, related_name="+", db_index=False)
    direction = models.CharField(max_length=8)  # inbound or outbound
    line = models.CharField(max_length=80)
    address = models.CharField(max_length=80)
    body = models.TextField(blank=True)
    status = models.CharField(max_length=20)
    rank = models.PositiveSmallIntegerField()
    error_code = models.IntegerField(null=True)
    error = models.TextField(blank=True)  # a sentence
    segments = models.PositiveSmallIntegerField(default=1)
    num_media = models.PositiveSmallIntegerField(default=0)
    media_urls = models.JSONField(default=list)  # outbound: what the carrier fetches
    sid = models.CharField(max_length=34, null=True, unique=True)
    source = models.CharField(max_length=40)  # member, api, inbound, history, campaign:12 …
    member = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+", db_index=False)
    client_token = models.CharField(max_length=64, null=True)  # from the compose form: equal posts are one message
    price = models.BigIntegerField(null=True)  # micro-USD, positive, as the carrier rated it
    created_at = models.DateTimeField(default=timezone.now)  # where it stands in the thread
    sent_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)  # hidden; kept so that history does not bring it back

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "client_token"], name="client_token_once"),
        ]
        indexes = [
            models.Index(fields=["conversation", "-created_at", "-id"], name="message_thread"),
            models.Index(fields=["workspace", "-id"], name="message_latest"),
        ]

    def __str__(self) -> str:
        return self.public_id
