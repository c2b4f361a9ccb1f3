from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "threadline.ingest"
    label = "ingest"

    def ready(self) -> None:
        from threadline.campaigns.running import stalls
        from threadline.ingest import frame, heartbeat

        frame.fill()
        stalls.add(heartbeat.stall)
