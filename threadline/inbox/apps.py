from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InboxConfig(AppConfig):
    name = "threadline.inbox"
    label = "inbox"

    def ready(self) -> None:
        from threadline.ui import rail

        rail.add(rail.Entry(_("Messages"), "inbox:home", "messages-square", key="i"))
