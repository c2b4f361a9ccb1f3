"""The types of events and what their `data` holds; a text's body is never in it."""

from typing import TypedDict

CONVERSATION_CHANGED = "conversation.changed"  # subject conv_…: texts came, went or changed their status
CONNECTION_CHANGED = "connection.changed"  # subject conn_…: credentials, numbers or history of a connection
WORKSPACE_CHANGED = "workspace.changed"  # subject ws_…: settings or members
CAMPAIGN_CHANGED = "campaign.changed"  # subject cmp_…: its state, its settings, or what became of its leads
CAMPAIGN_COUNTED = "campaign.counted"  # subject cmp_…: a large one has new results to show
IMPORT_CHANGED = "import.changed"  # subject imp_…: rows went in, or it ended


class ConversationChanged(TypedDict):
    """`messages` are the row ids of the messages made or changed, `inbound` how many of them are new and came in."""

    messages: list[int]
    inbound: int


class Nothing(TypedDict):
    """The subject says it all."""


DATA: dict[str, type[ConversationChanged] | type[Nothing]] = {
    CONVERSATION_CHANGED: ConversationChanged,
    CONNECTION_CHANGED: Nothing,
    WORKSPACE_CHANGED: Nothing,
    CAMPAIGN_CHANGED: Nothing,
    CAMPAIGN_COUNTED: Nothing,
    IMPORT_CHANGED: Nothing,
}
