"""What all resources share: errors, the list envelope, and how an answer is written."""

from collections.abc import Mapping
from typing import Any, Final, Generic, Literal, TypeVar

from django.http import HttpResponse
from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")


class Shape(BaseModel):
    """An object of an answer."""

    model_config = ConfigDict(populate_by_name=True)


class Verdict(Shape):
    """What the gate said: may this text leave?"""

    outcome: Literal["send", "defer", "hold", "refuse"]
    code: str | None = Field(default=None, description="The rule that decided.")
    reason: str | None = Field(default=None, description="A sentence for people.")
    until: str | None = Field(default=None, description="When a deferred text may leave.")


class ErrorBody(Shape):
    """What is wrong, and where."""

    type: str = Field(
        description="invalid_request_error, authentication_error, idempotency_error, message_refused, "
        "campaign_refused or api_error."
    )
    code: str
    message: str = Field(description="A sentence for people: what is wrong, and what to do.")
    param: str | None = Field(description="The field, query parameter or header at fault.")
    verdict: Verdict | None = Field(default=None, description="Only with message_refused: the gate's verdict.")
    errors: dict[str, str] | None = Field(
        default=None, description="When several fields are wrong: a sentence for each; message and param are the first."
    )
    campaign: str | None = Field(default=None, description="Only with another_armed: the campaign that is on, cmp_….")


class Error(Shape):
    error: ErrorBody


class ListOf(Shape, Generic[T]):
    """One page of a list, newest first."""

    object: Literal["list"] = "list"
    url: str
    has_more: bool
    data: list[T]


ERRORS: Final[Mapping[Any, Any]] = {frozenset({400, 401}): Error}
ERRORS_BY_ID: Final[Mapping[Any, Any]] = {frozenset({401, 404}): Error}
ERRORS_OF_LISTS_BY_ID: Final[Mapping[Any, Any]] = {frozenset({400, 401, 404}): Error}
ERRORS_OF_WRITES: Final[Mapping[Any, Any]] = {frozenset({400, 401, 409, 413, 422}): Error}
ERRORS_OF_CHANGES: Final[Mapping[Any, Any]] = {frozenset({400, 401, 404, 409, 413}): Error}


def text(shape: Shape) -> str:
    """An object as JSON; times are ISO 8601 in UTC."""
    return shape.model_dump_json(by_alias=True)


def respond(shape: Shape, status: int = 200) -> HttpResponse:
    return HttpResponse(text(shape), status=status, content_type="application/json")
