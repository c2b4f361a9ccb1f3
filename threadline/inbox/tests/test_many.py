"""One text to several people: who is meant, the review, what is sent, and what became of it."""

import html
import re
import threading
from datetime import timedelta

import pytest
from django.db import connection

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, signed_in
from threadline.billing.models import Wallet
from threadline.compliance import optouts
from threadline.compliance.models import Policy
from threadline.contacts import merging
from threadline.contacts.models import Contact
from threadline.contacts.testing import make_contact, make_contacts, make_list
from threadline.inbox.many import recipients
from threadline.inbox.many import result as results
from threadline.lib import clock
from threadline.messaging.models import Message, OutboxEntry, Receipt
from threadline.messaging.models.outbox import Priority
from threadline.messaging.testing import arrive, text
from threadline.numbers.testing import make_number

URL = "/messages/new/"
HTMX = {"hx-request": "true", "hx-target": "compose-form"}
DANA, LUIS, AMIR = "+18135550142", "+18135550143", "+18135550144"
TYPED = "+1 813 555 0142, (813) 555-0143;\n813.555.0144"


def fields(**more):
    return {"to": TYPED, "body": "We open at nine", "token": "t1"} | more


def plain(answer):
    """The words of a page, without tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode())))


def kept(answer):
    """What the review carries, as the browser posts it back."""
    page = answer.content.decode()
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    (body,) = re.findall(r'<textarea name="body" hidden>\s*([^<]*)</textarea>', page)
    given = {"body": [html.unescape(body)]}
    for name, value in hidden:
        given.setdefault(name, []).append(html.unescape(value))
    return given


def review(client, **more):
    answer = client.post(URL, fields(**more))
    assert answer.status_code == 200
    assert not Message.objects.filter(source__startswith="bulk:").exists()
    return answer


def confirm(client, looked, **more):
    return client.post(URL, kept(looked) | {"confirm": "1"} | more)


def stop(line, person):
    optouts.record([optouts.NewOptOut(line.workspace_id, line.phone, person, clock.now(), "STOP")])


def night(workspace, person):
    """It is night for this person, and for nobody whose zone is not known to be the same."""
    now = clock.now()
    hours = {"quiet_from": (now - timedelta(hours=1)).time(), "quiet_to": (now + timedelta(hours=2)).time()}
    Policy.objects.create(workspace=workspace, quiet_hours=True, **hours)
    Contact.objects.filter(workspace=workspace, phone=person).update(timezone="UTC")


@pytest.mark.requirement("U12", "002-2", "002-7")
def test_several_people_are_looked_over_before_anything_is_written(client, line):
    looked = review(client)
    assert "3 people get this text" in plain(looked)
    assert "Send SMS to 3 people" in plain(looked)
    assert not Message.objects.exists() and not Receipt.objects.exists()
    answer = confirm(client, looked)
    result = client.get(answer["Location"])
    assert "3 texts queued" in plain(result)
    assert set(Message.objects.values_list("address", "body", "member_id")) == {
        (phone, "We open at nine", line.workspace.members.get().id) for phone in (DANA, LUIS, AMIR)
    }
    for conversation in line.workspace.conversations.all():
        assert f"/messages/{conversation.public_id}/" in result.content.decode()


@pytest.mark.requirement("U12")
def test_to_many_counts_as_automatic_and_on_the_senders_own_word(client, line):
    confirm(client, review(client))
    assert set(OutboxEntry.objects.values_list("automatic", "priority")) == {(True, Priority.API)}
    (source,) = set(Message.objects.values_list("source", flat=True))
    assert source.startswith("bulk:") and len(source) <= 40
    assert {receipt.facts["basis"] for receipt in Receipt.objects.all()} == {"own act"}


@pytest.mark.requirement("U11", "U12")
def test_who_stopped_any_line_is_named_and_skipped(client, maria, line):
    make_contact(maria.workspace, DANA, first_name="Dana", last_name="Reyes")
    stop(make_number(line.connection, "+18135550101"), DANA)
    looked = review(client)
    assert "2 people get this text" in plain(looked)
    assert "1 person is skipped. This person opted out of texts from +18135550101" in plain(looked)
    assert "Dana Reyes" in plain(looked)
    result = client.get(confirm(client, looked)["Location"])
    assert "2 texts queued, 1 person skipped" in plain(result)
    assert "opted out of texts from +18135550101" in plain(result)
    assert not Message.objects.filter(address=DANA).exists()


@pytest.mark.requirement("U12")
def test_a_stop_between_the_review_and_the_confirmation_counts(client, line):
    looked = review(client)
    stop(line, DANA)
    assert "2 texts queued, 1 person skipped" in plain(client.get(confirm(client, looked)["Location"]))


@pytest.mark.requirement("U12")
def test_who_sleeps_is_told_with_the_hour(client, maria, line):
    make_contact(maria.workspace, DANA)
    night(maria.workspace, DANA)
    assert re.search(r"1 person waits until .* It is \d\d:\d\d in", plain(review(client)))


@pytest.mark.requirement("U12")
def test_the_budget_and_the_cost_are_told(client, maria, line):
    Wallet.objects.create(workspace=maria.workspace, monthly_budget=17_000)
    answer = review(client)
    looked = plain(answer)
    assert "2 people get this text" in looked and "Send SMS to 2 people" in looked
    assert "2 texts queued, 1 held" in plain(client.get(confirm(client, answer)["Location"]))
    assert re.search(r"1 text is held\. \$0\.0166 of this month's budget of \$0\.017 is spent", looked)
    assert re.search(r"Now ?2 ?Held ?1 ?Skipped ?0 ?Segments ?3 ?Cost ?≈ \$0\.0249", looked)


@pytest.mark.requirement("U12")
def test_equal_words_within_a_day_need_a_word_of_their_own(client, line):
    text(line.workspace, DANA, "We open at nine", automatic=True, source="api")
    looked = review(client)
    assert "2 people get this text" in plain(looked)
    assert "text them all the same" in plain(looked)
    again = client.post(URL, kept(looked) | {"again": "1"}, headers=HTMX)
    assert "3 people get this text" in plain(again) and 'name="again" value="1" checked' in again.content.decode()
    confirm(client, again, again="1")
    assert Message.objects.filter(address=DANA).count() == 2


@pytest.mark.requirement("U12")
def test_fifty_equal_posts_make_one_text_each(client, line):
    looked = review(client)
    places = {confirm(client, looked)["Location"] for _n in range(50)}
    assert len(places) == 1
    assert Message.objects.count() == 3
    assert "They have this text already" in plain(client.post(URL, fields()))
    review_of_others = client.post(URL, fields(body="We open at ten"))
    assert "3 people get this text" in plain(review_of_others)


@pytest.mark.django_db(transaction=True)
def test_equal_posts_at_the_same_moment_make_one_text_each(client, maria, line):
    given = kept(review(client)) | {"confirm": "1"}
    codes = []

    def post(browser):
        try:
            codes.append(browser.post(URL, given).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[signed_in(maria)]) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [302] * 4
    assert Message.objects.count() == 3


@pytest.mark.requirement("002-2")
def test_somebody_who_is_named_twice_gets_one_text(client, maria, line):
    dana, luis = make_contact(maria.workspace, DANA, name="Dana"), make_contact(maria.workspace, LUIS, name="Luis")
    other = make_contact(maria.workspace, "+18135550199", name="Dana at work")
    merging.merge(dana, other, (), maria, clock.now())
    group = make_list(maria.workspace, "Spring customers", [dana, luis])
    named = {"to": "+1 813 555 0199, 8135550142", "person": [dana.public_id, luis.public_id], "list": group.public_id}
    looked = review(client, **named)
    assert "2 people get this text" in plain(looked)
    confirm(client, looked)
    assert set(Message.objects.values_list("address", flat=True)) == {"+18135550199", LUIS}


@pytest.mark.requirement("002-2")
def test_numbers_that_are_wrong_are_named_each(client, line):
    looked = review(client, to="8135550142, hello; 555, 8135550143")
    assert "2 numbers cannot be read" in plain(looked)
    assert "“hello” This is not a phone number." in plain(looked)
    assert "“555” This number is too short." in plain(looked)
    answer = client.post(URL, fields(to="8135550142, hello"))
    assert answer.status_code == 422 and "“hello”: This is not a phone number." in plain(answer)


def test_one_of_a_group_is_texted_by_hand(client, maria, line):
    group = make_list(maria.workspace, "VIPs", [make_contact(maria.workspace, DANA)])
    answer = client.post(URL, fields(to="", list=group.public_id))
    assert answer["Location"] == f"/messages/{maria.workspace.conversations.get().public_id}/"
    assert Message.objects.get().source == "member"


def test_who_joined_the_group_since_the_review_is_seen_first(client, maria, line):
    people = make_contacts(maria.workspace, 3)
    group = make_list(maria.workspace, "VIPs", people[:2])
    looked = review(client, to="", list=group.public_id)
    from threadline.contacts import lists

    lists.add(group.id, [people[2].id], clock.now())
    answer = confirm(client, looked)
    assert answer.status_code == 422 and "has changed since you looked" in plain(answer)
    assert not Message.objects.exists()
    confirm(client, answer)
    assert Message.objects.count() == 3


@pytest.mark.parametrize(("body", "words"), [(" ", "Write a message first"), ("x" * 1601, "1600 is the most")])
def test_what_is_wrong_with_the_text_is_said_before_the_review(client, line, body, words):
    answer = client.post(URL, fields(body=body))
    assert answer.status_code == 422 and words in plain(answer)
    assert TYPED in answer.content.decode()


def test_too_many_are_sent_to_campaigns(client, maria, line, monkeypatch):
    monkeypatch.setattr(recipients, "MOST", 3)
    group = make_list(maria.workspace, "All", make_contacts(maria.workspace, 4))
    answer = client.post(URL, fields(to="", list=group.public_id))
    assert answer.status_code == 422
    assert "more than 3 people, the most who get a text at once" in plain(answer)
    assert 'href="/campaigns/"' in answer.content.decode()
    assert client.post(URL, fields(to="8135550142," * 4)).status_code == 302  # one and the same


def test_nobody_is_left(client, maria, line):
    group = make_list(maria.workspace, "Empty")
    answer = client.post(URL, fields(to="", list=group.public_id))
    assert answer.status_code == 422 and "Nobody is left of those you picked" in plain(answer)
    for person in (DANA, LUIS, AMIR):
        stop(line, person)
    looked = review(client)
    assert "Nobody would get this text" in plain(looked) and 'name="confirm"' not in looked.content.decode()


def test_a_viewer_sends_to_nobody_and_a_stranger_sees_nothing(client, maria, line):
    place = confirm(client, review(client))["Location"]
    viewer = signed_in(make_member(maria.workspace, Role.VIEWER))
    assert viewer.post(URL, fields()).status_code == 403
    assert viewer.get("/messages/new/people/").status_code == 403
    assert viewer.get(place).status_code == 200
    assert signed_in(make_member()).get(place).status_code == 404
    assert client.get("/messages/many/nothing/").status_code == 404


def test_people_of_another_firm_are_nobody(client, line):
    stranger = make_member()
    dana = make_contact(stranger.workspace, DANA)
    theirs = make_list(stranger.workspace, "Theirs", [dana])
    answer = client.post(URL, fields(to="", person=dana.public_id, list=theirs.public_id))
    assert answer.status_code == 422 and "Nobody is left" in plain(answer)


def test_batches_are_one_sending(client, maria, line, monkeypatch):
    from threadline.inbox.many import sending

    monkeypatch.setattr(sending, "_BATCH", 7)
    group = make_list(maria.workspace, "All", make_contacts(maria.workspace, 40))
    looked = review(client, to="", list=group.public_id)
    assert "and 28 more" in plain(looked)
    assert "40 texts queued" in plain(client.get(confirm(client, looked)["Location"]))


def test_the_result_has_pages_and_sums(client, maria, line, monkeypatch):
    monkeypatch.setattr(results, "PAGE", 4)
    for person in (DANA, LUIS):
        stop(line, person)
    group = make_list(maria.workspace, "All", make_contacts(maria.workspace, 7))
    place = confirm(client, review(client, to=f"{DANA}, {LUIS}", list=group.public_id))["Location"]
    shown = [client.get(place, {"page": page}).content.decode() for page in ("", "1", "2", "x", "9" * 99)]
    assert [page.count('<li class="list-row">') for page in shown] == [4, 4, 1, 4, 0]
    assert "Queued 7" in shown[0] and "7 texts queued, 2 people skipped" in shown[2]
    assert shown[0].count("opted out of texts") == 2 and 'href="?page=1"' in shown[0] and 'href="?page' not in shown[2]


def test_an_answer_is_seen_by_the_line_it_came_on(client, maria, line):
    other = make_number(line.connection, "+18135550101")
    arrive(other, "Hi", DANA)
    confirm(client, review(client))
    assert Message.objects.get(address=DANA, direction="outbound").line == other.phone
    assert Message.objects.get(address=LUIS).line == line.phone
