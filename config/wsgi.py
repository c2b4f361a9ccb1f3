"""Django, for the pages and the REST API; config/asgi.py runs it in a small thread pool beside the raw routes."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
