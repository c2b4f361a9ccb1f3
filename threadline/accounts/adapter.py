"""How allauth behaves here: nobody signs up by themselves; members come by an invitation link."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """E-mail and password sign-in with sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Keep 'you have signed in' and its like off the page; report only what changed."""
        template = str(args[0] if args else kwargs.get("message_template", ""))
        if template.endswith(("logged_in.txt", "logged_out.txt")):
            return
        super().add_message(request, level, *args, **kwargs)
