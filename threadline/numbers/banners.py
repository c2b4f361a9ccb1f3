"""Lines above every page about the connection: practice mode, credentials that fail, no public URL."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from threadline.accounts.models import Workspace
from threadline.numbers import webhooks
from threadline.numbers.models import Connection
from threadline.numbers.polling import POLL_SECONDS
from threadline.ui.banners import Banner


def for_request(request: HttpRequest) -> Banner | None:
    """The one line that matters most for the request's workspace; one small query."""
    workspace: Workspace | None = getattr(request, "workspace", None)
    return for_workspace(workspace) if workspace else None


def for_workspace(workspace: Workspace) -> Banner | None:
    """Failing credentials before practice mode before a missing public URL; None when all is well."""
    connections = list(workspace.connections.filter(removed_at=None).order_by("id"))
    for connection in connections:
        if connection.problem:
            return _failing(connection)
    if practice := next((one for one in connections if one.is_sandbox), None):
        return Banner(
            _("Nothing leaves this machine."),
            "practice",
            _("Practice mode:"),
            f"{practice.base_url}/",
            _("Open the handsets"),
        )
    if any(not webhooks.public_base(connection) for connection in connections):
        text = _("Texts go out; replies and delivery states are fetched every %(n)s s.") % {"n": POLL_SECONDS}
        return Banner(text, "info", _("No public URL."), reverse("numbers:public_url"), _("How to get one"))
    return None


def _failing(connection: Connection) -> Banner:
    return Banner(
        connection.problem, "bad", f"{connection.name}:", reverse("numbers:credentials"), _("Twilio Credentials")
    )
