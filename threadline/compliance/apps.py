from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "threadline.compliance"
    label = "compliance"

    def ready(self) -> None:
        from threadline.compliance import frame

        frame.fill()
