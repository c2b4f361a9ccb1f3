"""An inbox for tests: a line, people, and texts between them at chosen moments."""

from datetime import datetime
from typing import Any

from threadline.accounts.models import Workspace
from threadline.contacts.models import Contact
from threadline.lib import clock
from threadline.messaging import conversations, statuses
from threadline.messaging.models import Conversation, ConversationNumber, Message
from threadline.numbers.models import Number


def make_conversation(workspace: Workspace, address: str = "+18135550142", name: str = "") -> Conversation:
    """A conversation with one person, saved as a contact when there is a name."""
    if name:
        Contact.objects.create(workspace=workspace, phone=address, name=name)
    pk, _public_id = conversations.ensure(workspace.id, [address], clock.now())[address]
    return Conversation.objects.get(id=pk)


def add_text(
    number: Number, conversation: Conversation, body: str = "Hi", at: datetime | None = None, **fields: Any
) -> Message:
    """A text that has already come ("received") or gone ("delivered"), without passing any door; the list shows it."""
    direction = fields.setdefault("direction", "inbound")
    fields.setdefault("status", "received" if direction == "inbound" else "delivered")
    fields.setdefault("source", "inbound" if direction == "inbound" else "member")
    unread = fields.pop("unread", 0)
    message = Message.objects.create(
        workspace=conversation.workspace,
        conversation=conversation,
        number=number,
        line=number.phone,
        address=conversation.address,
        body=body,
        rank=statuses.rank(fields["status"]),
        created_at=at or clock.now(),
        **fields,
    )
    conversation.last_message_id = message.id
    conversation.last_activity_at = message.created_at
    conversation.last_direction = direction
    conversation.last_status = message.status
    conversation.preview = conversations.preview_of(body, message.num_media)
    conversation.last_number = number
    conversation.unread += unread
    conversation.save()
    line, _made = ConversationNumber.objects.get_or_create(conversation=conversation, number=number)
    line.last_activity_at = message.created_at
    line.unread += unread
    line.save()
    return message
