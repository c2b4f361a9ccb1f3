from django.apps import AppConfig


class NumbersConfig(AppConfig):
    name = "threadline.numbers"
    label = "numbers"
