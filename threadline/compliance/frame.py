"""What this room puts into the frame: Compliance in Settings."""

from django.utils.translation import gettext_lazy as _

from threadline.ui import settings_nav


def fill() -> None:
    """Called once, when the room starts."""
    settings_nav.add(settings_nav.Page(_("Compliance"), "compliance:index", "shield-check", "read", 35))
