"""The programs' door: who is it, is it too much, and on to the resource. Sessions and cookies mean nothing here."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponseBase]


def door(route: str) -> View:
    """The view of one route of REST v1; "" stands for every path that is none of them."""

    @csrf_exempt
    @login_not_required
    def enter(request: HttpRequest, **ids: Any) -> HttpResponseBase:
        # ninja and pydantic cost 13 MB and a third of a second: only processes that programs talk to pay.
        from threadline.api.rest.api import answer

        return answer(request, route, ids)

    return enter
