from django.apps import AppConfig


class NumbersConfig(AppConfig):
    name = "threadline.numbers"
    label = "numbers"

    def ready(self) -> None:
        from threadline.numbers import frame

        frame.fill()
