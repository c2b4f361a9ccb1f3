"""Files that go out with a text from the composer, and how the thread shows them."""

import pytest
from django.urls import reverse

from threadline.accounts.testing import make_workspace
from threadline.inbox.testing import make_conversation
from threadline.lib import clock
from threadline.messaging import uploads
from threadline.messaging.models import Message
from threadline.messaging.testing import picture


@pytest.fixture
def conversation(line):
    return make_conversation(line.workspace, "+18135550142")


@pytest.fixture
def upload(line):
    return uploads.store(line.workspace, None, picture("leak.png"), clock.now())


def send(client, conversation, **fields):
    return client.post(reverse("inbox:send", args=[conversation.public_id]), fields)


def page(client, conversation):
    return client.get(reverse("inbox:conversation", args=[conversation.public_id])).content.decode()


@pytest.mark.requirement("U20")
def test_a_file_that_was_attached_goes_out_and_shows_in_the_thread(client, conversation, upload):
    assert send(client, conversation, body="", media=upload.public_id).status_code == 302
    message = Message.objects.get()
    assert message.num_media == 1
    assert f"/media/out/{upload.public_id}/" in message.media_urls[0]
    assert f'<img src="/uploads/{upload.public_id}/"' in page(client, conversation)


def test_without_scripts_the_form_brings_the_file_itself(client, conversation):
    assert send(client, conversation, body="Here", files=[picture("a.png"), picture("b.png")]).status_code == 302
    message = Message.objects.get()
    assert [url.rpartition("/")[2] for url in message.media_urls] == ["a.png", "b.png"]


def test_a_wrong_file_is_named_and_nothing_typed_is_lost(client, conversation):
    answer = send(client, conversation, body="Look at this", files=[picture("leak.png", 6_000_000)])
    assert answer.status_code == 422
    assert "leak.png" in answer.content.decode()
    assert "Look at this" in answer.content.decode()
    assert not Message.objects.exists()


def test_a_refused_text_keeps_what_was_attached(client, conversation, upload):
    answer = send(client, conversation, body="x" * 1601, media=upload.public_id)
    assert answer.status_code == 422
    assert f'value="{upload.public_id}" checked' in answer.content.decode()


def test_files_of_others_cannot_be_sent(client, conversation):
    theirs = uploads.store(make_workspace(), None, picture(), clock.now())
    assert send(client, conversation, body="Hi", media=theirs.public_id).status_code == 422
    assert not Message.objects.exists()
