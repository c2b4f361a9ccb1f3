from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "threadline.ingest"
    label = "ingest"

    def ready(self) -> None:
        from threadline.ingest import frame

        frame.fill()
