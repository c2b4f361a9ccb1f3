from datetime import timedelta

import pytest
from django.db import transaction

from threadline.events import read
from threadline.events.publish import Happening, publish
from threadline.inbox import thread
from threadline.inbox.testing import add_text, make_conversation
from threadline.lib import clock
from threadline.messaging.models import Media


@pytest.fixture
def dana(line):
    return make_conversation(line.workspace, "+18135550142", "Dana")


@pytest.mark.requirement("000-21")
def test_the_newest_texts_come_first_and_the_cursor_leads_to_the_older(line, dana):
    now = clock.now()
    made = [add_text(line, dana, f"text {n}", now - timedelta(minutes=200 - n)) for n in range(120)]
    page = thread.page(dana)
    assert [text.body for text in page.texts] == [f"text {n}" for n in range(70, 120)]
    middle = thread.page(dana, page.before)
    last = thread.page(dana, middle.before)
    assert last.before is None
    seen = [text.id for part in (last, middle, page) for text in part.texts]
    assert seen == [message.id for message in made]


def test_a_page_is_one_query_and_its_files_one_more(line, dana, django_assert_num_queries):
    for n in range(60):
        message = add_text(line, dana, num_media=1)
        Media.objects.create(message=message, url=f"https://example.com/{n}", content_type="image/png")
    with django_assert_num_queries(2):
        page = thread.page(dana)
        media = thread.media_of(page.texts)
    assert len(media) == 50


def test_deleted_texts_are_hidden(line, dana):
    add_text(line, dana, "gone", deleted_at=clock.now())
    assert thread.page(dana).texts == []


def test_only_what_changed_since_the_event_is_read(line, dana):
    old, new = add_text(line, dana, "old"), add_text(line, dana, "new")
    other = make_conversation(line.workspace, "+18135550199")
    before = read.latest_id()
    with transaction.atomic():
        publish([happened(dana, [new.id]), happened(other, [old.id])])
    changes = thread.changed(dana, before)
    assert [text.body for text in changes.texts] == ["new"]
    again = thread.changed(dana, changes.event)
    assert again.texts == []
    assert again.event == changes.event


def test_texts_of_other_conversations_never_slip_in(line, dana):
    theirs = add_text(line, make_conversation(line.workspace, "+18135550199"), "private")
    with transaction.atomic():
        publish([happened(dana, [theirs.id])])
    assert thread.changed(dana, 0).texts == []


def happened(conversation, messages):
    data = {"messages": messages, "inbound": 0}
    return Happening(conversation.workspace_id, "conversation.changed", conversation.public_id, data)


def test_the_head_names_person_and_company_and_leads_to_them(client, line):
    conversation = make_conversation(line.workspace, name="Dana Whitfield")
    line.workspace.contacts.update(company="Whitfield Roofing")
    page = client.get(f"/messages/{conversation.public_id}/").content.decode()
    assert "Whitfield Roofing" in page
    assert f"/people/{line.workspace.contacts.get().public_id}/" in page


def test_somebody_unknown_can_be_saved_and_one_comes_back(client, line):
    conversation = make_conversation(line.workspace)
    here = f"/messages/{conversation.public_id}/"
    link = f"/people/new/?phone=%2B18135550142&amp;next=%2Fmessages%2F{conversation.public_id}%2F"
    assert link in client.get(here).content.decode()
    assert client.post("/people/new/", {"phone": "+18135550142", "name": "Dana", "next": here})["Location"] == here
    conversation.refresh_from_db()
    assert conversation.contact is not None and conversation.contact.name == "Dana"
