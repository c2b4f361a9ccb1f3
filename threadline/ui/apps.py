from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "threadline.ui"
    label = "ui"
