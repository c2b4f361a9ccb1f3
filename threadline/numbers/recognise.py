"""Whose webhook URL is that: the automation tools that people had on a number before us."""

import re
from typing import Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

# host, or the end of one -> name; a path must match too where one is given
_HOSTS: Final = (
    ("hooks.zapier.com", "", "Zapier"),
    ("zapier.com", "", "Zapier"),
    ("n8n.cloud", "", "n8n"),
    ("make.com", "", "Make"),
    ("integromat.com", "", "Make"),
    ("pipedream.net", "", "Pipedream"),
    ("webhooks.twilio.com", "/Flows/", "Twilio Studio"),
    ("handler.twilio.com", "", "TwiML Bin"),
    ("twil.io", "", "Twilio Functions"),
    ("leadconnectorhq.com", "", "HighLevel"),
    ("msgsndr.com", "", "HighLevel"),
    ("hubspot.com", "", "HubSpot"),
    ("chatwoot.com", "", "Chatwoot"),
    ("demo.twilio.com", "", "Twilio's demo"),
)
DEMO: Final = "demo.twilio.com"
_N8N_PATH: Final = re.compile(r"/webhook(-test)?/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # on people's own hosts


def name_of(url: str) -> str:
    """The tool behind a webhook URL by its host, otherwise the host itself; "" for no URL. AP… is an application."""
    if not url:
        return ""
    if url.startswith("AP"):
        return _("a TwiML application")
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    for known, path, name in _HOSTS:
        if (host == known or host.endswith("." + known)) and path in parts.path:
            return name
    if host.startswith("n8n.") or ".n8n." in host or _N8N_PATH.match(parts.path):
        return "n8n"
    if parts.path.endswith(("/api/incoming-sms", "/incoming-sms")):
        return _("another Threadline at %(host)s") % {"host": host}
    return host or url


def is_nobody(url: str) -> bool:
    """Whether nothing is lost by replacing it: no URL, or the demo every new Twilio number has."""
    return not url or (urlsplit(url).hostname or "").lower() == DEMO
