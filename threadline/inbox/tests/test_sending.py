import pytest
from django.db import transaction
from django.urls import reverse

from threadline.accounts.testing import make_member, signed_in
from threadline.compliance.optouts import NewOptOut, record
from threadline.inbox import composing, lines
from threadline.inbox.testing import add_text, make_conversation
from threadline.lib import clock
from threadline.messaging.models import Draft, Message
from threadline.numbers.testing import make_number

HTMX = {"hx-request": "true"}


@pytest.fixture
def dana(line):
    conversation = make_conversation(line.workspace, "+18135550142", "Dana")
    add_text(line, conversation, "Hi")
    return conversation


@pytest.fixture
def url(dana):
    return reverse("inbox:send", args=[dana.public_id])


def sent():
    return list(Message.objects.filter(direction="outbound").values_list("body", "line"))


@pytest.mark.requirement("000-22")
def test_without_scripts_send_leads_back_to_the_thread(client, line, dana, url):
    answer = client.post(url, {"body": "On our way", "token": "t1", "from": line.public_id})
    assert answer["Location"] == reverse("inbox:conversation", args=[dana.public_id])
    assert sent() == [("On our way", line.phone)]
    assert "Queued" in client.get(answer["Location"]).content.decode()


def test_with_scripts_the_answer_is_a_hint_to_look(client, dana, url):
    answer = client.post(url, {"body": "On our way", "token": "t1"}, headers=HTMX)
    assert answer.status_code == 200
    assert answer["HX-Trigger"] == f"live:{dana.public_id}"
    assert answer.content.strip() == b""


def test_fifty_equal_posts_are_one_text(client, url):
    for _n in range(50):
        client.post(url, {"body": "On our way", "token": "the same"}, headers=HTMX)
    assert len(sent()) == 1


def test_a_refusal_is_said_in_place_and_keeps_the_text(client, line, dana, url):
    record_stop(line, dana)
    answer = client.post(url, {"body": "One last thing", "token": "t1"}, headers=HTMX)
    assert answer.status_code == 422
    assert "opted out" in answer.content.decode()
    plain = client.post(url, {"body": "", "token": "t2"})
    assert plain.status_code == 422
    assert sent() == []


def test_too_long_a_text_comes_back_whole(client, dana, url):
    body = "x" * 1700
    page = client.post(url, {"body": body, "token": "t1"}).content.decode()
    assert "1700 characters" in page
    assert body in page


def test_the_draft_goes_with_the_text(client, maria, dana, url):
    composing.keep_draft(dana, maria, "On our")
    client.post(url, {"body": "On our way", "token": "t1"}, headers=HTMX)
    assert not Draft.objects.exists()


def test_drafts_are_each_members_own(client, maria, dana):
    ben = signed_in(make_member(maria.workspace, "member"))
    draft = reverse("inbox:draft", args=[dana.public_id])
    client.put(draft, "body=Marias%20words")
    ben.put(draft, "body=Bens%20words")
    page = reverse("inbox:conversation", args=[dana.public_id])
    assert "Marias words</textarea>" in client.get(page).content.decode()
    assert "Bens words</textarea>" in ben.get(page).content.decode()
    client.put(draft, "body=%20")
    assert Draft.objects.get().body == "Bens words"


def test_a_colleague_who_was_quicker_is_not_talked_over(client, maria, line, dana, url):
    seen = Message.objects.latest("id").id
    ben = make_member(maria.workspace, "member")
    add_text(line, dana, "Already done", direction="outbound", member=ben)
    answer = client.post(url, {"body": "I can do it", "token": "t1", "seen": seen}, headers=HTMX)
    assert answer.status_code == 422
    assert "replied while you typed" in answer.content.decode()
    now_seen = Message.objects.latest("id").id
    assert f'name="seen" value="{now_seen}"' in answer.content.decode()
    assert client.post(url, {"body": "I can do it", "token": "t1", "seen": now_seen}, headers=HTMX).status_code == 200


@pytest.mark.requirement("U6", "001-9")
def test_a_reply_goes_from_the_line_last_used(client, maria, line, dana, url):
    other = make_number(line.connection, "+18135550101", label="Tampa PPC")
    add_text(other, dana, "To your other number")
    page = client.get(reverse("inbox:conversation", args=[dana.public_id])).content.decode()
    assert f'<option value="{other.public_id}" selected>Tampa PPC</option>' in page
    client.post(url, {"body": "From there then", "token": "t1"})
    assert sent() == [("From there then", other.phone)]


def test_a_line_of_another_firm_is_never_used(client, line, url):
    client.post(url, {"body": "Hello", "token": "t1", "from": make_number().public_id})
    assert sent() == [("Hello", line.phone)]


def test_after_stop_to_one_line_the_others_are_offered(maria, line, dana):
    other = make_number(line.connection, "+18135550101", label="Tampa PPC")
    record_stop(line, dana)
    composer = composing.composer(dana, maria, lines.of(line.workspace))
    assert composer.obstacle == "opted_out"
    assert [choice.line.phone for choice in composer.others] == [other.phone]
    assert composing.composer(dana, maria, lines.of(line.workspace), other.public_id).obstacle == ""


@pytest.mark.requirement("U11")
def test_a_line_of_the_same_messaging_service_is_no_way_round_a_stop(client, maria, line, dana, url):
    service = {"service_sid": "MG" + "0" * 32}
    type(line).objects.filter(pk=line.pk).update(**service)
    twin = make_number(line.connection, "+18135550101", label="Sales", **service)
    other = make_number(line.connection, "+18135550102", label="Tampa PPC")
    record_stop(line, dana)
    composer = composing.composer(dana, maria, lines.of(line.workspace), twin.public_id)
    assert composer.obstacle == "opted_out"
    assert [choice.line.phone for choice in composer.others] == [other.phone]
    page = client.get(f"{reverse('inbox:conversation', args=[dana.public_id])}?from={twin.public_id}").content.decode()
    assert "Opted out of texts from Main Intake on" in page
    assert "Sales is in the same Messaging Service and shares opt-outs with it." in page
    page = client.get(f"{reverse('inbox:conversation', args=[dana.public_id])}?from={other.public_id}").content.decode()
    assert f'<option value="{twin.public_id}" disabled>Sales (opted out)</option>' in page
    assert client.post(url, {"body": "Hello", "token": "t1", "from": twin.public_id}).status_code == 422
    assert client.post(url, {"body": "Hello", "token": "t2", "from": other.public_id}).status_code == 302


@pytest.mark.requirement("001-10")
def test_without_a_number_that_can_text_the_composer_says_where_to_look(client, line, dana):
    line.sms = False
    line.save(update_fields=["sms"])
    page = client.get(reverse("inbox:conversation", args=[dana.public_id])).content.decode()
    assert "None of your numbers can send texts at present." in page
    assert reverse("numbers:list") in page


def record_stop(line, conversation):
    with transaction.atomic():
        record([NewOptOut(line.workspace_id, line.phone, conversation.address, clock.now(), "STOP")])
