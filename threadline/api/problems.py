"""What can be wrong with a request, in the one shape that programs get: type, code, message, param."""

import json
from typing import Any

from django.http import HttpResponse

INVALID = "invalid_request_error"
AUTHENTICATION = "authentication_error"
IDEMPOTENCY = "idempotency_error"
REFUSED = "message_refused"
REFUSED_BY_CAMPAIGN = "campaign_refused"
OURS = "api_error"


class Problem(Exception):  # noqa: N818 - it is an answer, not a fault of ours
    """An answer that is an error. `param` names the field, query parameter or header at fault; `more` adds facts."""

    def __init__(self, status: int, type: str, code: str, message: str, param: str | None = None, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": type, "code": code, "message": message, "param": param or None, **more}}

    def text(self) -> str:
        return json.dumps(self.body, ensure_ascii=False)

    def response(self) -> HttpResponse:
        response = HttpResponse(self.text(), status=self.status, content_type="application/json")
        if self.status == 401:
            response["WWW-Authenticate"] = 'Bearer realm="Threadline"'
        return response


def invalid(code: str, message: str, param: str | None = None) -> Problem:
    return Problem(400, INVALID, code, message, param)


def missing(what: str, param: str | None = "id") -> Problem:
    """A path or an id that leads nowhere in this workspace."""
    return Problem(404, INVALID, "resource_missing", what, param)
