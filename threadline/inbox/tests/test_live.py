"""What an open page asks for after a hint."""

import pytest
from django.db import transaction
from django.urls import reverse

from threadline.accounts.testing import make_member, signed_in
from threadline.compliance.optouts import NewOptOut, record
from threadline.events import read
from threadline.inbox.testing import add_text, make_conversation
from threadline.lib import clock
from threadline.messaging.models import Message
from threadline.messaging.testing import arrive, text

HTMX = {"hx-request": "true"}


@pytest.fixture
def dana(line):
    conversation = make_conversation(line.workspace, "+18135550142", "Dana")
    add_text(line, conversation, "The first")
    return conversation


def newer(client, conversation, since, **more):
    url = reverse("inbox:newer", args=[conversation.public_id])
    return client.get(url, {"since": since, "obstacle": "", "closed": "0"} | more, headers=HTMX).content.decode()


@pytest.mark.requirement("U7")
def test_a_new_text_comes_as_a_bubble_with_the_event_to_go_on_from(client, line, dana):
    before = read.latest_id()
    arrive(line, "The second", from_=dana.address)
    page = newer(client, dana, before)
    assert "The second" in page
    assert "The first" not in page
    assert f'name="since" value="{read.latest_id()}"' in page
    assert "The second" not in newer(client, dana, read.latest_id())


def test_the_page_is_asked_to_say_when_it_has_been_read(client, maria, line, dana):
    before = read.latest_id()
    arrive(line, from_=dana.address)
    assert "<mark-read" in newer(client, dana, before)
    assert "<mark-read" not in newer(signed_in(make_member(maria.workspace, "viewer")), dana, before, obstacle="viewer")
    client.post(reverse("inbox:reading", args=[dana.public_id]), headers=HTMX)
    assert "<mark-read" not in newer(client, dana, before)


def test_a_changed_status_brings_the_same_bubble_again(client, line, dana):
    text(line.workspace, dana.address, "On our way")
    message = Message.objects.get(body="On our way")
    page = newer(client, dana, 0)
    assert f'id="{message.public_id}"' in page
    assert "Queued" in page


@pytest.mark.requirement("000-50")
def test_when_they_say_stop_the_composer_makes_room_for_the_reason(client, line, dana):
    before = read.latest_id()
    assert 'id="composer"' not in newer(client, dana, before)
    with transaction.atomic():
        record([NewOptOut(line.workspace_id, line.phone, dana.address, clock.now(), "STOP")])
    page = newer(client, dana, before)
    assert "Opted out of texts from Main Intake" in page
    assert 'id="composer"' not in newer(client, dana, before, obstacle="opted_out")


def test_the_list_brings_the_row_up_to_date_and_the_counts(client, line, dana):
    before = read.latest_id()
    arrive(line, "Hello again", from_=dana.address)
    page = client.get("/messages/rows/", {"since": before}, headers=HTMX).content.decode()
    assert f'id="row-{dana.public_id}"' in page
    assert "Hello again" in page
    assert f'id="unread-{line.public_id}" hx-swap-oob="true">1</span>' in page
    assert f'id="rows-since" name="since" value="{read.latest_id()}"' in page


def test_a_closed_conversation_leaves_the_open_list(client, line, dana):
    before = read.latest_id()
    client.post(reverse("inbox:close", args=[dana.public_id]))
    page = client.get("/messages/rows/", {"since": before}, headers=HTMX).content.decode()
    assert f'<li id="row-{dana.public_id}" data-gone></li>' in page


def test_a_search_answers_with_rows_and_the_address_to_show(client, line, dana):
    where = {"hx-current-url": f"http://testserver/messages/{dana.public_id}/?show=closed"}
    answer = client.get("/messages/rows/", {"q": "dana"}, headers=HTMX | where)
    assert f'id="row-{dana.public_id}"' in answer.content.decode()
    assert answer["HX-Replace-Url"] == f"/messages/{dana.public_id}/?q=dana"


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 30, "٣"])
def test_nonsense_is_no_error(client, line, dana, since):
    assert newer(client, dana, since)
    assert client.get("/messages/rows/", {"since": since}, headers=HTMX).status_code == 200
