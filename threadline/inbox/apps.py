from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InboxConfig(AppConfig):
    name = "threadline.inbox"
    label = "inbox"

    def ready(self) -> None:
        from threadline.contacts import panels
        from threadline.inbox.person import panels as ours
        from threadline.ui import rail

        panels.provide(10, ours.coming)
        panels.provide(20, ours.story)
        panels.provide(30, ours.agreed)
        panels.provide(40, ours.campaigns)
        rail.add(rail.Entry(_("Messages"), "inbox:home", "messages-square", key="i"))
