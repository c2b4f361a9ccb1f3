"""How allauth behaves here: nobody signs up by themselves; members come by an invitation link."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from threadline.lib import crypto


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


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]
    """Two-factor secrets lie encrypted in the database."""

    def encrypt(self, text: str) -> str:
        return crypto.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(encrypted_text)
