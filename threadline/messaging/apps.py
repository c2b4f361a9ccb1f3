from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "threadline.messaging"
    label = "messaging"

    def ready(self) -> None:
        from threadline.compliance import policy
        from threadline.contacts import links
        from threadline.messaging import hurrying, people, turns
        from threadline.numbers import limits

        links.provide(people.link)
        limits.provide(turns.ask_again)
        links.join(people.Threads())
        policy.on_change(hurrying.wake)
