"""A small site for these tests: the gallery of components, a thread, a live stream, and a place to post to."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

NAMES = ["Maria Lindqvist", "Ben Okafor", "Priya Raman", "Tom Becker", "Ana Ruiz", "Li Wei", "Yusuf Demir", "Zoe Hart"]

DIALOG = """<dialog class="dialog" aria-labelledby="t"><form><h2 id="t">Send SMS</h2><input id="to" aria-label="To">
<button type="button" data-close>Cancel</button></form></dialog>"""


class Person(SimpleNamespace):
    """Stands for a signed-in user, without a database."""

    is_authenticated = True
    public_id = "usr_1"
    email = "maria@example.com"

    def __str__(self) -> str:
        return "Maria Lindqvist"


class Heard:
    """What the browser asked for, and how /send/ and /live shall behave."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.posts: list[dict[str, str]] = []
        self.drafts: list[str] = []
        self.streams: list[str] = []
        self.status = 200
        self.gate = threading.Event()
        self.gate.set()
        self.hints: list[queue.Queue[str | None]] = []


def heard(request: HttpRequest) -> Heard:
    """Of the server that was asked: a page that leaves may still post to the one before."""
    found: Heard = request.META["threadline.heard"]
    return found


def dressed(request: HttpRequest) -> dict[str, Any]:
    """Give the request a workspace and a member who may do everything."""
    request.workspace = SimpleNamespace(name="Lindqvist Plumbing", public_id="ws_1")  # type: ignore[attr-defined]
    request.member = SimpleNamespace(may=lambda verb: True)  # type: ignore[attr-defined]
    return {"names": NAMES, "now": timezone.now(), "user": Person(), "range": range(60), "live_since": 7}


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery.html", dressed(request))


@login_not_required
def thread(request: HttpRequest) -> HttpResponse:
    source = (Path(__file__).parent / "thread.html").read_text()
    return HttpResponse(engines["django"].from_string(source).render(dressed(request), request))


@login_not_required
def compose(request: HttpRequest) -> HttpResponse:
    return HttpResponse(DIALOG)


@csrf_exempt
@login_not_required
def send(request: HttpRequest) -> HttpResponse:
    site = heard(request)
    site.posts.append(request.POST.dict())
    site.gate.wait(5)
    if site.status != 200:
        return HttpResponse("no", status=site.status)
    body, token = request.POST["body"], request.POST["token"]
    name = f"sent{len(site.posts)}"
    start = f'<li class="bubble bubble-outbound" id="{name}" data-token="{token}">'
    return HttpResponse(f'{start}<div class="bubble-body">{body}</div></li>')


@csrf_exempt
@login_not_required
def draft(request: HttpRequest) -> HttpResponse:
    heard(request).drafts.append(request.body.decode())
    return HttpResponse(status=204)


@login_not_required
def live(request: HttpRequest) -> StreamingHttpResponse:
    site = heard(request)
    site.streams.append(request.GET.get("since", ""))
    mine: queue.Queue[str | None] = queue.Queue()
    site.hints.append(mine)

    def lines() -> Iterator[str]:
        yield ": hello\n\n"
        while (hint := mine.get()) is not None:
            yield f"event: hint\ndata: {hint}\n\n"

    return StreamingHttpResponse(lines(), content_type="text/event-stream")


urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("gallery/", gallery),
    path("thread/", thread),
    path("send/", send),
    path("draft/", draft),
    path("live", live),
    path(
        "settings/",
        include(([path("", gallery, name="settings"), path("profile/", gallery, name="profile")], "accounts")),
    ),
    path("", include(([path("compose/", compose, name="compose")], "inbox"))),
]
