"""Messages before Twilio is connected: the same form as in Settings, or whom to ask for it."""

from typing import Any

from django.urls import reverse

from threadline.accounts.requests import MemberRequest
from threadline.inbox.lines import Line
from threadline.numbers.setup import setup_context, standing


def connecting(request: MemberRequest, all_lines: list[Line]) -> dict[str, Any]:
    """`setup` is "" when there are numbers; else what Messages shows instead: numbers to choose, or connect."""
    if all_lines or request.workspace.conversations.exists():
        return {"setup": ""}
    connected = standing(request.workspace).first()
    if connected and request.member.may("manage_connections"):
        return {"setup": "numbers", "connection": connected}
    return {"setup": "connect", **setup_context(request, reverse("inbox:home"))}
