"""Twilio connections and the phone numbers on them."""

from threadline.numbers.models.connection import Connection
from threadline.numbers.models.number import Number

__all__ = ["Connection", "Number"]
