from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    name = "threadline.contacts"
    label = "contacts"

    def ready(self) -> None:
        from threadline.ui import rail

        rail.add(rail.Entry(_("People"), "contacts:people", "users-round", key="p"))
