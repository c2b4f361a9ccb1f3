from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "threadline.billing"
    label = "billing"

    def ready(self) -> None:
        from threadline.billing import frame

        frame.fill()
