from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "threadline.inbox"
    label = "inbox"
