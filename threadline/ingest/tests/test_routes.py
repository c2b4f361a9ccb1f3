"""Which paths are webhooks."""

import pytest

from threadline.ingest.routes import Route, match


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/api/incoming-sms", Route("inbound")),
        ("/api/incoming-sms/", Route("inbound")),
        ("/api/message-status", Route("status")),
        ("/api/message-status/att_1", Route("status", "", "att_1")),
        ("/hooks/k/incoming-sms", Route("inbound", "k")),
        ("/hooks/k/message-status/att_1", Route("status", "k", "att_1")),
        ("/api/v1/messages", None),
        ("/api/incoming-sms/att_1", None),
        ("/api/message-status/att_1/more", None),
        ("/hooks/incoming-sms", None),
        ("/hooks", None),
        ("/api", None),
        ("/", None),
        ("/messages/", None),
    ],
)
def test_a_path_is_a_webhook_or_it_is_not(path: str, route: Route | None) -> None:
    assert match(path) == route
