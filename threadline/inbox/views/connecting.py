"""Messages before Twilio is connected: the same form as in Settings, or whom to ask for it."""

from typing import Any

from threadline.accounts.permissions import who_may
from threadline.accounts.requests import MemberRequest
from threadline.inbox.lines import Line


def connecting(request: MemberRequest, all_lines: list[Line]) -> dict[str, Any]:
    """`setup` is "" when there are numbers, else connect, ask or numbers: what Messages shows instead."""
    if all_lines:
        return {"setup": ""}
    if not request.member.may("manage_connections"):
        return {"setup": "ask", "people": who_may(request.workspace, "manage_connections")}
    connected = request.workspace.connections.filter(removed_at=None).first()
    return {"setup": "numbers" if connected else "connect", "connection": connected}
