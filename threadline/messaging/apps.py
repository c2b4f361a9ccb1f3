from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "threadline.messaging"
    label = "messaging"

    def ready(self) -> None:
        from threadline.contacts import links
        from threadline.messaging import people, turns
        from threadline.numbers import limits

        links.provide(people.link)
        limits.provide(turns.ask_again)
        links.join(people.Threads())
