"""The "connect Twilio" form wherever it is shown: Settings, Numbers, and Messages while nothing is connected."""

from typing import Any, Final

from django.db.models import QuerySet

from threadline.accounts.models import Workspace
from threadline.accounts.permissions import who_may
from threadline.accounts.requests import MemberRequest
from threadline.numbers.forms import CredentialsForm
from threadline.numbers.models import Connection

_KEPT: Final = "credentials_typed"
_IDS: Final = "id_new_%s"


def standing(workspace: Workspace) -> QuerySet[Connection]:
    """The workspace's connections that are in use, oldest first."""
    return workspace.connections.filter(removed_at=None).order_by("id")


def setup_context(request: MemberRequest, next_page: str = "") -> dict[str, Any]:
    """What numbers/setup_form.html needs: the form, or whom to ask (000-6, U19).

    `next_page` is the page with the form, shown again after a mistake and after saving.
    """
    may_connect = request.member.may("manage_connections")
    return {
        "setup_form": _form(request) if may_connect else None,
        "setup_people": [] if may_connect else who_may(request.workspace, "manage_connections"),
        "setup_next": next_page,
    }


def keep(request: MemberRequest, form: CredentialsForm) -> None:
    """For the page that the form stands on: what was typed and what is wrong with it, shown there once."""
    request.session[_KEPT] = form.kept()


def _form(request: MemberRequest) -> CredentialsForm:
    kept = request.session.pop(_KEPT, None)
    return CredentialsForm.again(kept, _IDS) if kept else CredentialsForm(auto_id=_IDS)
