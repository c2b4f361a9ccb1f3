"""The one ASGI application: raw routes beside Django, and who may open the live stream."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from pytest_django.fixtures import Settings

from config.asgi import Application
from config.door import workspace_of
from threadline.accounts.models import Member
from threadline.accounts.testing import make_member, signed_in
from threadline.ingest.models import RawRequest
from threadline.ingest.testing import BASE, inbound, post, request
from threadline.numbers.testing import make_connection, make_number

pytestmark = pytest.mark.django_db(transaction=True)


async def _lifespan(app: Application) -> tuple[asyncio.Task[None], "asyncio.Queue[dict[str, Any]]", list[str]]:
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    said: list[str] = []

    async def send(message: Any) -> None:
        said.append(message["type"])

    task = asyncio.create_task(app({"type": "lifespan"}, inbox.get, send))
    await inbox.put({"type": "lifespan.startup"})
    while not said:
        await asyncio.sleep(0.01)
    return task, inbox, said


async def test_webhooks_pages_and_the_end(settings: Settings) -> None:
    settings.THREADLINE_URL = BASE
    number = await sync_to_async(lambda: make_number(make_connection(base_url="")))()
    app = Application()
    task, inbox, said = await _lifespan(app)
    try:
        answer = await post(_http(app), "/api/incoming-sms", inbound(number.account_sid, number.phone))
        assert (answer.status, answer.body) == (200, "<Response/>")
        scope = {
            "type": "http", "method": "GET", "scheme": "http", "path": "/health", "raw_path": b"/health",
            "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
            "headers": [(b"host", b"localhost")], "http_version": "1.1",
        }  # fmt: skip
        page = await request(app, scope)
        assert page.status == 200
        assert '"database": "ok"' in page.body
    finally:
        await inbox.put({"type": "lifespan.shutdown"})
        await asyncio.wait_for(task, 5)
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert await RawRequest.objects.acount() == 1


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "browser", "scheme"),
    [
        ("10.0.0.7", "203.0.113.9", "203.0.113.9", "https"),
        ("10.0.0.7", "198.51.100.1, 203.0.113.9, 10.0.0.8", "203.0.113.9", "https"),  # the first may be forged
        ("10.0.0.7", "", "10.0.0.7", "https"),
        ("192.0.2.4", "203.0.113.9", "192.0.2.4", "http"),  # no proxy of ours
    ],
)
def test_a_trusted_proxy_says_who_the_browser_is(
    settings: Settings, peer: str, forwarded_for: str, browser: str, scheme: str
) -> None:
    settings.THREADLINE_TRUSTED_PROXIES = ["10.0.0.0/24"]
    headers = [(b"x-forwarded-for", forwarded_for.encode()), (b"x-forwarded-proto", b"https")]
    scope: dict[str, Any] = {"client": (peer, 5), "scheme": "http", "headers": headers}
    Application()._believe_proxies(scope)
    assert (scope["client"][0], scope["scheme"]) == (browser, scheme)


def _http(app: Application) -> Any:
    return app


def _cookie(client: Client) -> dict[bytes, bytes]:
    return {b"cookie": f"other=1; threadline_session={client.cookies['threadline_session'].value}".encode()}


def test_the_stream_follows_the_workspace_that_the_session_chose() -> None:
    member = make_member()
    make_member(user=member.user)
    assert workspace_of(_cookie(signed_in(member))) == member.workspace_id
    second = Member.objects.filter(user=member.user).latest("id")
    assert workspace_of(_cookie(signed_in(second))) == second.workspace_id


def test_nobody_follows_without_a_session_that_stands() -> None:
    member = make_member()
    cookie = _cookie(signed_in(member))
    assert workspace_of({}) is None
    assert workspace_of({b"cookie": b"threadline_session=made-up"}) is None
    assert workspace_of({b"cookie": b"\xff;;=;"}) is None
    member.removed_at = member.created_at
    member.save(update_fields=["removed_at"])
    assert workspace_of(cookie) is None


def test_a_changed_password_or_a_closed_account_ends_the_right_to_follow() -> None:
    member = make_member()
    cookie = _cookie(signed_in(member))
    assert workspace_of(cookie) == member.workspace_id
    member.user.is_active = False
    member.user.save(update_fields=["is_active"])
    assert workspace_of(cookie) is None
    member.user.is_active = True
    member.user.set_password("another one entirely")
    member.user.save(update_fields=["is_active", "password"])
    assert workspace_of(cookie) is None
