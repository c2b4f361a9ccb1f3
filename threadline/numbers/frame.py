"""What this room puts into the frame: Numbers in the rail, Twilio Credentials in Settings, and its banners."""

from django.utils.translation import gettext_lazy as _

from threadline.numbers.banners import for_request
from threadline.ui import banners, rail, settings_nav


def fill() -> None:
    """Called once, when the room starts."""
    rail.add(rail.Entry(_("Numbers"), "numbers:list", "phone", key="n"))
    settings_nav.add(settings_nav.Page(_("Twilio Credentials"), "numbers:credentials", "plug", "read", 20))
    banners.add(for_request)
