"""The description of REST v1: for programs as OpenAPI, for people as a page made from it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    from threadline.api.rest.api import openapi as describe

    return JsonResponse(describe())


@require_safe
@login_not_required
def docs(request: HttpRequest) -> HttpResponse:
    """Open to everybody: it holds nothing of any workspace."""
    from threadline.api.rest.api import openapi as describe
    from threadline.api.rest.reference import read

    base = request.build_absolute_uri("/api/v1")
    return render(request, "api/docs.html", {"base": base, "reference": read(describe())})
