"""The compose window is filled: picked, dropped and searched without scripts, ticked among people, forwarded."""

import html
import re

import pytest
from django.core.files.storage import default_storage

from threadline.accounts.testing import make_member
from threadline.contacts.testing import make_contact, make_contacts, make_list, make_tag
from threadline.inbox.testing import add_text, make_conversation
from threadline.lib import clock
from threadline.messaging import media_urls, uploads
from threadline.messaging.models import Media, Message
from threadline.messaging.testing import picture
from threadline.numbers.testing import make_connection, make_number

URL = "/messages/new/"
HTMX = {"hx-request": "true", "hx-target": "dialog"}


def page_of(answer):
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def chips(page):
    """What is picked: field and value of each chip."""
    (found,) = re.findall(r'<ul class="chips" data-chips.*?</ul>', page, re.DOTALL)
    return re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', found)


def body(page):
    return re.findall(r'<textarea id="compose-body"[^>]*>([^<]*)<', page)[0]


@pytest.fixture
def dana(maria):
    return make_contact(maria.workspace, name="Dana Reyes")


@pytest.mark.requirement("002-2")
def test_saved_people_and_groups_are_offered_with_counts(client, maria, line, dana):
    make_list(maria.workspace, "Spring customers", [dana])
    page = page_of(client.get(URL))
    assert "Show all contacts" in page
    assert re.search(r"Spring customers</bdi><span class=\"pick-sub\">1 person<", page)
    assert re.search(r"Dana Reyes</bdi><span class=\"pick-sub\">\(813\) 555-0142<", page)


@pytest.mark.requirement("002-2")
def test_the_search_finds_people_and_groups(client, maria, line, dana):
    make_list(maria.workspace, "Spring customers", [dana])
    make_contact(maria.workspace, "+18135550143", name="Luis")
    found = page_of(client.get("/messages/new/people/", {"q": "spring"}))
    assert "Spring customers" in found and "Dana" not in found
    assert "Dana Reyes" in page_of(client.get("/messages/new/people/", {"q": "0142"}))
    assert "Nobody found" in page_of(client.get("/messages/new/people/", {"q": "nobody\0"}))
    page = page_of(client.post(URL, {"q": "luis", "find": "1", "body": "Hi", "to": "+1"}))
    assert re.findall(r'name="add" value="(\w+):', page) == ["person"]
    assert body(page) == "Hi" and '<details class="pick" open>' in page


@pytest.mark.requirement("002-2")
def test_buttons_add_and_drop_without_scripts_and_nothing_is_lost(client, maria, line, dana):
    group = make_list(maria.workspace, "VIPs", [dana])
    typed = {"to": "+18135550143", "body": "Hi", "token": "t1", "person": dana.public_id}
    page = page_of(client.post(URL, typed | {"add": f"list:{group.public_id}"}))
    assert chips(page) == [("list", group.public_id), ("person", dana.public_id)]
    assert body(page) == "Hi" and "+18135550143</textarea>" in page and 'value="t1"' in page
    page = page_of(client.post(URL, typed | {"list": group.public_id, "drop": f"person:{dana.public_id}"}))
    assert chips(page) == [("list", group.public_id)]
    page = page_of(client.post(URL, typed | {"list": group.public_id, "drop": f"list:{group.public_id}"}))
    assert chips(page) == [("person", dana.public_id)]
    assert not Message.objects.exists()


def test_people_and_lists_come_with_the_address(client, maria, line, dana):
    group = make_list(maria.workspace, "VIPs", [dana])
    page = page_of(client.get(URL, {"person": dana.public_id, "list": group.public_id, "to": "+18135550143"}))
    assert chips(page) == [("list", group.public_id), ("person", dana.public_id)]
    assert "+18135550143</textarea>" in page


def test_what_is_not_ours_has_no_chip(client, line):
    stranger = make_member().workspace
    theirs = {"person": make_contact(stranger).public_id, "list": make_list(stranger).public_id}
    assert chips(page_of(client.get(URL, theirs))) == []


@pytest.mark.requirement("002-2", "002-6")
def test_ticked_people_are_its_recipients(client, maria, line):
    some = make_contacts(maria.workspace, 3)
    page = page_of(client.post(URL, {"do": "text", "person": [one.public_id for one in some]}, headers=HTMX))
    assert page.lstrip().startswith("<dialog")
    assert chips(page) == [("person", one.public_id) for one in some]


def test_very_many_ticked_people_are_one_chip(client, maria, line):
    some = make_contacts(maria.workspace, 40)
    page = page_of(client.post(URL, {"do": "text", "person": [one.public_id for one in some]}))
    ((kind, value),) = chips(page)
    assert kind == "person" and len(value.split(",")) == 40 and "40 people" in page
    page = page_of(client.post(URL, {"person": value, "drop": f"person:{value}"}))
    assert chips(page) == []


def test_everybody_who_matches_is_one_chip(client, maria, line):
    some = make_contacts(maria.workspace, 5)
    make_contact(maria.workspace, "+18135550142", name="Dana")
    vip = make_tag(maria.workspace, "VIP", some[:3])
    group = make_list(maria.workspace, "Spring customers", some[:4])
    on_page = {"do": "text", "everybody": "1", "list": "", "page": group.public_id}
    page = page_of(client.post(f"{URL}?q=Person&tag={vip.public_id}", on_page))
    ((kind, query),) = chips(page)
    assert kind == "match" and "Spring customers, #VIP, “Person”" in page
    answer = client.post(URL, {"match": query, "body": "Hi"})
    assert "3 people get this text" in page_of(answer)
    ((kind, query),) = chips(page_of(client.post(URL, {"do": "text", "everybody": "1"})))
    assert "6 people get this text" in page_of(client.post(URL, {"match": query, "body": "Hi"}))
    assert chips(page_of(client.post(URL, {"match": query, "drop": f"match:{query}"}))) == []


def test_the_people_page_offers_it_to_who_may_send(client, maria, line, dana):
    page = page_of(client.get("/people/?q=Dana"))
    assert 'formaction="/messages/new/?q=Dana"' in page and "Text them" in page


@pytest.mark.requirement("002-7")
def test_one_text_is_forwarded_with_its_words_to_nobody_yet(client, maria, line):
    message = add_text(line, make_conversation(maria.workspace), "The gate code is 4711", num_media=2)
    thread = client.get(f"/messages/{message.conversation.public_id}/").content.decode()
    assert f"/messages/new/?forward={message.public_id}&amp;in=messages" in thread
    page = page_of(client.get(URL, {"forward": message.public_id}, headers=HTMX))
    assert body(page) == "The gate code is 4711"
    assert chips(page) == [] and re.search(r'id="compose-to"[^>]*></textarea>', page)
    assert "Its files are not stored here. Only its words are forwarded." in page
    edited = {"forward": message.public_id, "body": "4711", "to": "+18135550143"}
    assert client.post(URL, edited).status_code == 302
    assert Message.objects.get(address="+18135550143").body == "4711"


@pytest.mark.requirement("002-7")
def test_files_that_came_or_went_are_forwarded_when_wanted(client, maria, line):
    conversation, now = make_conversation(maria.workspace), clock.now()
    came = add_text(line, conversation, "Our boiler", num_media=1)
    kept = default_storage.save(f"{maria.workspace.pk}/boiler.png", picture("boiler.png"))
    Media.objects.create(message=came, content_type="image/png", file=kept)
    leak = uploads.store(maria.workspace, maria, picture("leak.png"), now)
    url = media_urls.absolute(leak.public_id, leak.name, now)
    went = add_text(line, conversation, "", direction="outbound", num_media=1, media_urls=[url])
    for message, name in ((came, "boiler"), (went, "leak")):
        assert "Forward its file too" in page_of(client.get(URL, {"forward": message.public_id}))
        given = {"forward": message.public_id, "body": name, "to": "+18135550143", "with_files": "1"}
        assert client.post(URL, given).status_code == 302
        assert name in Message.objects.get(address="+18135550143", body=name).media_urls[0]
    assert client.post(URL, given | {"body": "Words alone", "with_files": ""}).status_code == 302
    assert Message.objects.get(body="Words alone").media_urls == []
    looked = page_of(client.post(URL, given | {"to": "+18135550143, +18135550144"}))
    assert f'name="media" value="{leak.public_id}"' in looked and "leak.png</bdi>" in looked
    assert 'name="forward"' not in looked


def test_files_are_attached_to_a_text_to_many(client, maria, line):
    given = {"body": "", "to": "+18135550143, +18135550144", "token": "t1", "files": [picture("plan.png")]}
    looked = page_of(client.post(URL, given))
    (upload,) = maria.workspace.uploads.all()
    assert "plan.png</bdi>" in looked and "2 people get this text" in looked
    given |= {"media": upload.public_id, "files": [], "confirm": "1"}
    given["seen"] = re.findall(r'name="seen" value="(\w+)"', looked)[0]
    assert client.post(URL, given).status_code == 302
    assert [len(message.media_urls) for message in Message.objects.all()] == [1, 1]
    answer = client.post(URL, {"body": "Hi", "to": "+18135550143", "files": [picture("large.png", 6_000_000)]})
    assert answer.status_code == 422 and "large.png" in answer.content.decode()


@pytest.mark.requirement("002-7")
def test_a_foreign_or_deleted_text_is_not_forwarded(client, maria, line):
    stranger = make_member()
    theirs = add_text(make_number(make_connection(stranger.workspace)), make_conversation(stranger.workspace), "Secret")
    gone = add_text(line, make_conversation(maria.workspace), "Gone", deleted_at=clock.now())
    for public_id in (theirs.public_id, gone.public_id, "msg_nothing", "\0"):
        assert client.get(URL, {"forward": public_id}).status_code == 404
        assert client.post(URL, {"forward": public_id, "to": "+18135550143", "body": "Hi"}).status_code == 404
