"""A file that comes with a request: as the body itself, or as the part `file` of a form."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from pydantic import BaseModel, ValidationError

from threadline.api.problems import invalid
from threadline.api.rest.reasons import reason

FORM: Final = "multipart/form-data"
O = TypeVar("O", bound=BaseModel)  # noqa: E741 - options


def part(request: HttpRequest, options: O) -> "tuple[O, UploadedFile[Any]]":
    """The file of a form, and the options with the form's fields in their places. Raises Problem (400)."""
    try:
        files, fields = request.FILES.getlist("file"), dict(request.POST.items())
    except (TooManyFieldsSent, TooManyFilesSent, RequestDataTooBig):
        raise invalid("not_a_form", "The form has too much beside the part file.") from None
    except (MultiPartParserError, BadRequest) as problem:
        raise invalid("not_a_form", f"The form cannot be read: {str(problem)[:200]}.", "Content-Type") from None
    if not files and "file" in fields:
        raise invalid("parameter_invalid", "The part file is a field. Give it a file name, as browsers do.", "file")
    if not files:
        raise invalid("parameter_missing", "The part file is missing: it holds the file itself.", "file")
    if len(files) > 1:
        raise invalid("parameter_invalid", f"There are {len(files)} parts file. Send one file at a time.", "file")
    return _with(options, fields), files[0]


def _with(options: O, fields: Mapping[str, Any]) -> O:
    try:
        return type(options).model_validate(options.model_dump(exclude_unset=True) | dict(fields))
    except ValidationError as error:
        raise reason(error.errors()) from None
