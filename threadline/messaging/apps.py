from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "threadline.messaging"
    label = "messaging"
