"""Threadline: business texting on Twilio, self-hosted."""

__version__ = "0.1.0"
