from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "threadline.worker"
    label = "worker"
