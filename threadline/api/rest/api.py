"""The resources put together by ninja, and every failure turned into a typed answer."""

import json
import logging
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from threadline import __version__
from threadline.api.problems import INVALID, OURS, REFUSED_BY_CAMPAIGN, Problem, invalid, missing
from threadline.api.rest import (
    campaign_launching,
    campaign_parts,
    campaigns,
    contact_lists,
    contacts,
    conversations,
    imports,
    leads,
    messages,
    numbers,
    templates,
    uploads,
)
from threadline.api.rest.auth import SECURITY, identify
from threadline.api.rest.reasons import of_campaigns, reason
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.refusals import Refused
from threadline.messaging import file_kinds

PREFIX: Final = "/api/v1/"
MOST_BYTES: Final = 256 * 1024
MOST_DIGITS: Final = 100
# The routes that take files: imports count their bytes themselves, an upload may have a form around it.
MOST_BYTES_OF: Final[Mapping[str, int | None]] = {
    "imports": None,
    "imports/check": None,
    "uploads": file_kinds.MOST_BYTES + MOST_BYTES,
}

logger = logging.getLogger(__name__)


class StrictParser(Parser):
    """JSON in UTF-8, nothing else, with a message that says what is wrong with it."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type not in ("application/json", "", "text/plain"):
            raise invalid("not_json", "Send the body as application/json.")
        try:
            # Windows programs begin with a byte order mark, which JSON lets us ignore.
            return json.loads(request.body.decode("utf-8-sig"), parse_constant=_no_constant, parse_int=_whole)
        except UnicodeDecodeError:
            raise invalid("not_json", "The body is not UTF-8.") from None
        except RecursionError:
            raise invalid("not_json", "The body is nested too deeply.") from None
        except ValueError as error:
            raise invalid("not_json", f"The body is not JSON: {error}.") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number has more than {MOST_DIGITS} digits")
    return int(digits)


api = NinjaAPI(
    title="Threadline",
    version=__version__,
    description="Send and read texts, keep people, run campaigns. Every answer is JSON; lists and errors always "
    "have the same shape.",
    docs_url=None,
    openapi_url=None,
    auth=SECURITY,
    parser=StrictParser(),
    urls_namespace="rest",
)
for resource in (
    *(messages, uploads, conversations, numbers, contacts, contact_lists, imports),
    *(campaigns, campaign_launching, campaign_parts, templates, leads),
):
    api.add_router("", resource.router)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


@api.exception_handler(ValidationError)
def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return reason(error.errors).response()


@api.exception_handler(Invalid)
def _invalid(request: HttpRequest, error: Invalid) -> HttpResponse:
    return of_campaigns(error).response()


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    other = {"campaign": refused.subject} if refused.code == "another_armed" and refused.subject else {}
    return Problem(409, REFUSED_BY_CAMPAIGN, refused.code, refused.sentence, **other).response()


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The parser's own words, which ninja wraps."""
    cause = error.__cause__
    problem = cause if isinstance(cause, Problem) else Problem(error.status_code, INVALID, "invalid", str(error))
    return problem.response()


_views: Final = {str(found.pattern): found.callback for found in api.urls[0] if isinstance(found, URLPattern)}
_views.pop("", None)  # ninja's own root


def answer(request: HttpRequest, route: str, ids: Mapping[str, Any]) -> HttpResponseBase:
    """Answer a program: refuse what has no key, no resource or too much of a body, and never break without JSON."""
    try:
        _check(request, route)
        response: HttpResponseBase = _views[route](request, **ids)
        if response.status_code == 405:
            return _not_allowed(request, response)
    except Problem as problem:
        return problem.response()
    except Exception:
        logger.exception("%s %s broke", request.method, request.path)
        text = "Something broke on our side. Nothing was done twice; try again with the same Idempotency-Key."
        return Problem(500, OURS, "internal", text).response()
    return response


def _check(request: HttpRequest, route: str) -> None:
    identify(request)
    if route not in _views:
        hint = " Leave out the slash at the end." if request.path.endswith("/") else ""
        raise missing(f"There is nothing at {request.path[:200]}.{hint}", None)
    if request.headers.get("Transfer-Encoding") and not request.headers.get("Content-Length"):
        text = "Send the header Content-Length: a body in pieces, whose length nobody knows, is not read."
        raise Problem(411, INVALID, "length_required", text, "Content-Length")
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        size = 0
    most = MOST_BYTES_OF.get(route, MOST_BYTES)
    if most is not None and size > most:
        param = "file" if route in MOST_BYTES_OF else None
        raise Problem(413, INVALID, "too_large", f"The body is larger than {most // 1024:,} kB.", param)


def _not_allowed(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    allowed = ", ".join(sorted(response["Allow"].split(", ")))
    answer = Problem(
        405, INVALID, "method_not_allowed", f"{request.method} is not possible here, but {allowed} is."
    ).response()
    answer["Allow"] = allowed
    return answer


def openapi() -> dict[str, Any]:
    """The OpenAPI description, as JSON has it."""
    description: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
    return description
