"""What this room puts into the frame: Billing in Settings."""

from django.utils.translation import gettext_lazy as _

from threadline.ui import settings_nav


def fill() -> None:
    """Called once, when the room starts."""
    settings_nav.add(settings_nav.Page(_("Billing"), "billing:index", "credit-card", "read", 30))
