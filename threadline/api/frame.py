"""What this room puts into the frame: API keys in Settings."""

from django.utils.translation import gettext_lazy as _

from threadline.ui import settings_nav


def fill() -> None:
    """Called once, when the room starts."""
    settings_nav.add(settings_nav.Page(_("API keys"), "api:keys", "key-round", "manage_workspace", 50))
