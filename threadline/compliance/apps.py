from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "threadline.compliance"
    label = "compliance"
