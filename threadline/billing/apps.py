from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "threadline.billing"
    label = "billing"
