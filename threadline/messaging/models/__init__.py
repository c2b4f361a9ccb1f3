"""The heart's nouns: conversations, messages, what was tried to send them, and why or why not."""

from threadline.messaging.models.attempt import Attempt
from threadline.messaging.models.conversation import Conversation, ConversationNumber, Draft
from threadline.messaging.models.media import Media
from threadline.messaging.models.message import Message
from threadline.messaging.models.outbox import OutboxEntry
from threadline.messaging.models.receipt import Receipt
from threadline.messaging.models.upload import Upload

__all__ = [
    "Attempt",
    "Conversation",
    "ConversationNumber",
    "Draft",
    "Media",
    "Message",
    "OutboxEntry",
    "Receipt",
    "Upload",
]
