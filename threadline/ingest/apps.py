from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "threadline.ingest"
    label = "ingest"
