"""Read, unread, closed: what members do to a conversation as a whole. Each verb tells the other browsers."""

from django.db import transaction

from threadline.accounts.models import Member
from threadline.events.publish import Happening, publish
from threadline.events.types import CONVERSATION_CHANGED
from threadline.lib import clock
from threadline.messaging.models import Conversation, ConversationNumber


def mark_read(conversation: Conversation) -> bool:
    """Count nothing as unread any more; whether anything was. Looks before it writes: most openings change nothing."""
    if not conversation.unread:
        return False
    with transaction.atomic():
        Conversation.objects.filter(id=conversation.id).update(unread=0)
        ConversationNumber.objects.filter(conversation=conversation, unread__gt=0).update(unread=0)
        _tell(conversation)
    conversation.unread = 0
    return True


def mark_unread(conversation: Conversation) -> None:
    """Put the conversation back among the unread ones: one text on the line last used, unless there are some."""
    with transaction.atomic():
        if Conversation.objects.filter(id=conversation.id, unread=0).update(unread=1):
            last = ConversationNumber.objects.filter(conversation=conversation, number=conversation.last_number)
            last.filter(unread=0).update(unread=1)
        _tell(conversation)


def close(conversation: Conversation, member: Member) -> None:
    """Take it off the open list; the next text of that person reopens it."""
    with transaction.atomic():
        Conversation.objects.filter(id=conversation.id, closed_at=None).update(
            closed_at=clock.now(), closed_by=member, unread=0
        )
        ConversationNumber.objects.filter(conversation=conversation, unread__gt=0).update(unread=0)
        _tell(conversation)


def reopen(conversation: Conversation) -> None:
    with transaction.atomic():
        Conversation.objects.filter(id=conversation.id).update(closed_at=None, closed_by=None)
        _tell(conversation)


def _tell(conversation: Conversation) -> None:
    publish(
        [
            Happening(
                conversation.workspace_id,
                CONVERSATION_CHANGED,
                conversation.public_id,
                {"messages": [], "inbound": 0},
            )
        ]
    )
