from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "threadline.api"
    label = "api"

    def ready(self) -> None:
        from threadline.api import frame

        frame.fill()
