"""What no page of ours sends, and somebody will."""

import pytest
from django.urls import reverse

from threadline.inbox.testing import add_text, make_conversation
from threadline.messaging.models import Message

HTMX = {"hx-request": "true"}


@pytest.fixture
def dana(line):
    conversation = make_conversation(line.workspace, "+18135550142", "Dana")
    add_text(line, conversation, "Hi")
    return conversation


def test_a_nul_in_an_address_is_not_found(client, dana):
    for path in ("/messages/a%00b/", "/messages/media/a%00b/", f"/messages/{dana.public_id}/why/a%00b/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "x" * 5000, "line=%00", "show=%00", "before=%00", "q=%F0%9F%98%80", "q=%ff"]
)
def test_any_query_shows_the_list(client, dana, query):
    assert client.get(f"/messages/?{query}").status_code == 200
    assert client.get(f"/messages/rows/?{query}", headers=HTMX).status_code == 200


@pytest.mark.parametrize("body", ["a\0b", "مرحبا", "👋" * 20, "\u202eback", "x" * 1600])
def test_any_words_are_sent_and_shown(client, line, dana, body):
    url = reverse("inbox:send", args=[dana.public_id])
    assert client.post(url, {"body": body, "token": "t"}, headers=HTMX).status_code == 200
    assert client.get(reverse("inbox:conversation", args=[dana.public_id])).status_code == 200


@pytest.mark.parametrize("token", ["\0", "x" * 65, "a b", ""])
def test_a_token_that_is_none_is_replaced(client, dana, token):
    url = reverse("inbox:send", args=[dana.public_id])
    assert client.post(url, {"body": "Hello", "token": token}, headers=HTMX).status_code == 200
    assert (Message.objects.get(direction="outbound").client_token or "").startswith("tok_")


@pytest.mark.parametrize("query", ["a=1\nSet-Cookie: x=y", "//evil.example", "show=closed&q=a b"])
def test_the_way_back_leads_nowhere_else(client, dana, query):
    answer = client.post(reverse("inbox:unread", args=[dana.public_id]), {"list": query})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/messages/?")


@pytest.mark.parametrize(
    "current", ["http://x/messages/conv_1/older/", "http://x/messages/conv_%2F/", "x", "http://[", ""]
)
def test_any_page_may_ask_for_rows(client, dana, current):
    answer = client.get("/messages/rows/?q=d", headers=HTMX | {"hx-current-url": current})
    assert answer.status_code == 200


def test_senders_without_a_number_can_be_read(client, line):
    for address in ("32665", "ACME", "+447700900123"):
        conversation = make_conversation(line.workspace, address)
        add_text(line, conversation, "Your code is 1234")
        assert client.get(reverse("inbox:conversation", args=[conversation.public_id])).status_code == 200
    assert "ACME" in client.get("/messages/").content.decode()
