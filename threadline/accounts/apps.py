from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "threadline.accounts"
    label = "accounts"

    def ready(self) -> None:
        from threadline.accounts import frame

        frame.fill()
