from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "threadline.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from threadline.campaigns import withdrawing
        from threadline.messaging import withdraw
        from threadline.ui import rail

        withdraw.provide(withdrawing.give_back)
        rail.add(rail.Entry(_("Campaign"), "campaigns:list", "megaphone", key="c"))
