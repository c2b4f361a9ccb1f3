"""What this room puts into the frame: the Webhooks page in Settings, and the line about refused ones."""

from django.utils.translation import gettext_lazy as _

from threadline.ingest.warnings import for_request
from threadline.ui import banners, settings_nav


def fill() -> None:
    """Called once, when the room starts."""
    settings_nav.add(settings_nav.Page(_("Webhooks"), "ingest:refused", "shield-alert", "manage_connections", 30))
    banners.add(for_request)
