from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "threadline.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from threadline.campaigns.engine import breaker, sleeping
        from threadline.campaigns.running import follow, people, withdrawing
        from threadline.compliance import policy
        from threadline.contacts import links
        from threadline.messaging import withdraw
        from threadline.numbers import limits
        from threadline.ui import rail, settings_nav

        withdraw.provide(withdrawing.give_back)
        follow.afterwards(breaker.check)
        policy.on_change(sleeping.policy_changed)
        limits.provide(sleeping.cap_changed)
        links.join(people.Leads())
        rail.add(rail.Entry(_("Campaign"), "campaigns:list", "megaphone", key="c"))
        settings_nav.add(settings_nav.Page(_("Campaigns"), "campaigns:launch_rules", "megaphone", position=45))
