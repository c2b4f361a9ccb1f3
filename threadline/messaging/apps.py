from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "threadline.messaging"
    label = "messaging"

    def ready(self) -> None:
        from threadline.contacts import links
        from threadline.messaging import people

        links.provide(people.link)
        links.join(people.Threads())
