"""Twilio's identifiers: two letters and 32 hexadecimal digits."""

import re
import secrets

SHAPE = re.compile(r"^[A-Z]{2}[0-9a-fA-F]{32}$")


def new(prefix: str) -> str:
    """A fresh sid such as `SM0123…`; `prefix` is its two letters."""
    return prefix + secrets.token_hex(16)


def is_sid(text: str, prefix: str) -> bool:
    """Whether `text` has the shape of a sid of that kind."""
    return text.startswith(prefix) and SHAPE.match(text) is not None
