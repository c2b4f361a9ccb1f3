"""What the pages hold and cost, as plain HTML."""

from datetime import timedelta

import pytest
from django.urls import reverse

from threadline.accounts.testing import make_member, make_user, signed_in
from threadline.inbox.testing import add_text, make_conversation
from threadline.lib import clock
from threadline.messaging.models import Conversation, Media
from threadline.numbers.testing import make_connection, make_number

HOME = "/messages/"


def address(conversation, name="conversation"):
    return reverse(f"inbox:{name}", args=[conversation.public_id])


@pytest.fixture
def dana(line):
    conversation = make_conversation(line.workspace, "+18135550142", "Dana Whitfield")
    add_text(line, conversation, "Is tomorrow 9am still ok?", clock.now() - timedelta(minutes=4), unread=2)
    return conversation


def many(line, count):
    now = clock.now()
    for place in range(count):
        conversation = make_conversation(line.workspace, f"+1813555{place:04d}", f"Person {place}")
        add_text(line, conversation, at=now - timedelta(minutes=place), direction="outbound")


def test_the_root_leads_to_messages(client):
    assert client.get("/")["Location"] == HOME


@pytest.mark.requirement("000-16", "000-17", "000-18")
def test_a_row_shows_who_what_when_and_how_many(client, dana):
    page = client.get(HOME).content.decode()
    assert "Dana Whitfield" in page
    assert "Is tomorrow 9am still ok?" in page
    assert ">4 min</time>" in page
    assert '<span class="count" title="2 unread">2</span>' in page


def test_a_row_says_you_and_what_failed_and_what_is_half_written(client, maria, line, dana):
    add_text(line, dana, "Nine is fine", direction="outbound", status="failed")
    page = client.get(HOME).content.decode()
    assert "You: Nine is fine" in page
    assert 'aria-label="Not delivered"' in page
    client.put(address(dana, "draft"), "body=Or+ten")
    assert "Draft:</span> Or ten" in client.get(HOME).content.decode()


def test_the_list_costs_the_same_queries_for_any_number_of_rows(client, line, django_assert_max_num_queries):
    many(line, 60)
    client.get(HOME)
    with django_assert_max_num_queries(12):
        page = client.get(HOME).content.decode()
    assert page.count('class="list-row') == 50


def test_rows_alone_cost_five_queries(client, line, django_assert_num_queries):
    many(line, 60)
    with django_assert_num_queries(5):  # session, person, membership, lines, rows
        answer = client.get("/messages/rows/", {"after": "4000000000000000.1"}, headers={"hx-request": "true"})
    assert answer.content.decode().count('class="list-row') == 50


def test_a_thread_costs_the_same_queries_for_any_number_of_texts(client, maria, line, dana, django_assert_num_queries):
    for _n in range(60):
        message = add_text(line, dana, direction="outbound", member=maria, num_media=1)
        Media.objects.create(message=message, url="https://example.com", content_type="image/png", file="a.png")
    Conversation.objects.update(unread=0)
    url = address(dana)
    # session, person, membership; conversation, lines, event, lines used, texts, files, opt-outs twice, draft
    with django_assert_num_queries(12):
        page = client.get(url, headers={"hx-request": "true", "hx-target": "thread"}).content.decode()
    assert page.count('<li class="bubble') == 51 - 1 + 1  # fifty, and the one in the composer's template
    assert "<html" not in page


@pytest.mark.requirement("000-20")
def test_older_conversations_are_a_link_away_without_scripts(client, line):
    many(line, 60)
    page = client.get(HOME).content.decode()
    link = page.partition('<a href="/messages/?before=')[2].partition('"')[0]
    older = client.get(HOME, {"before": link}).content.decode()
    assert older.count('class="list-row') == 10
    assert "Back to the newest conversations" in older


@pytest.mark.requirement("000-21")
def test_older_texts_are_a_link_away_without_scripts(client, line, dana):
    now = clock.now()
    for n in range(60):
        add_text(line, dana, f"word {n}.", now + timedelta(seconds=n))
    page = client.get(address(dana)).content.decode()
    assert "word 59." in page
    assert "word 5." not in page
    link = page.partition(f'href="{address(dana, "older")}')[2].partition('"')[0]
    older = client.get(address(dana, "older") + link).content.decode()
    assert "word 5." in older
    assert "Is tomorrow 9am still ok?" in older
    assert "word 59." not in older


@pytest.mark.requirement("000-9", "001-8")
def test_the_picker_starts_at_all_numbers_and_names_each(client, line, dana):
    make_number(line.connection, "+16175550109")
    page = client.get(HOME).content.decode()
    assert '<span class="truncate">All numbers</span>' in page
    assert "Main Intake</span> <small>(813) 555-0100</small>" in page
    assert "(617) 555-0109" in page
    assert f'id="unread-{line.public_id}">2</span>' in page


def test_a_line_of_somebody_else_is_as_if_not_given(client, dana):
    page = client.get(HOME, {"line": make_number().public_id}).content.decode()
    assert '<span class="truncate">All numbers</span>' in page


def test_opening_a_thread_reads_it_for_those_who_can_answer(client, maria, dana):
    viewer = make_member(maria.workspace, "viewer")
    signed_in(viewer).get(address(dana))
    dana.refresh_from_db()
    assert dana.unread == 2
    client.get(address(dana))
    dana.refresh_from_db()
    assert dana.unread == 0


def test_a_viewer_reads_and_is_told_why_not_more(maria, dana):
    viewer = signed_in(make_member(maria.workspace, "viewer"))
    page = viewer.get(address(dana)).content.decode()
    assert "Is tomorrow 9am still ok?" in page
    assert "Your role can read texts, not send them." in page
    assert 'name="body"' not in page
    assert "New Message" not in page
    assert viewer.post(address(dana, "send"), {"body": "x"}).status_code == 403


@pytest.mark.requirement("U6")
def test_bubbles_name_the_line_when_there_are_several(client, line, dana):
    assert "to Main Intake" not in client.get(address(dana)).content.decode()
    add_text(make_number(line.connection, "+18135550101", label="Tampa PPC"), dana)
    page = client.get(address(dana)).content.decode()
    assert "to Main Intake" in page
    assert "to Tampa PPC" in page


def test_a_failed_text_says_why_with_the_code_and_the_way_out(client, line, dana):
    add_text(line, dana, direction="outbound", status="failed", error="Not registered.", error_code=30034)
    page = client.get(address(dana)).content.decode()
    assert "<span>Not registered.</span>" in page
    assert 'href="https://www.twilio.com/docs/errors/30034"' in page
    assert ">Twilio 30034</a></small>" in page
    assert "Look at your numbers →" in page


@pytest.mark.requirement("000-6")
def test_without_a_connection_messages_is_the_form(db):
    page = signed_in(make_member()).get(HOME).content.decode()
    for label in ("Account SID", "Auth Token", "Twilio Phone Number", "Save"):
        assert label in page
    assert f'name="next" value="{HOME}"' in page


@pytest.mark.requirement("000-6")
def test_who_may_not_connect_is_told_whom_to_ask(db):
    owner = make_member(user=make_user(name="Maria Santos"))
    member = make_member(owner.workspace, "member")
    assert "Ask Maria Santos to connect Twilio" in signed_in(member).get(HOME).content.decode()


def test_a_connection_without_chosen_numbers_leads_to_the_choice(client, maria):
    connection = make_connection(maria.workspace)
    page = client.get(HOME).content.decode()
    assert reverse("numbers:choose", args=[connection.public_id]) in page


@pytest.mark.requirement("000-8", "000-47")
def test_an_empty_inbox_says_what_to_do(client, line):
    page = client.get(HOME).content.decode()
    assert "No conversations yet" in page
    for advice in ("Send a test text, or wait until a campaign sends", "Refresh loads recent history", "number picker"):
        assert advice in page


@pytest.mark.parametrize(
    ("query", "words"),
    [({"q": "zzz"}, "Nobody found"), ({"show": "unread"}, "All read"), ({"show": "closed"}, "Nothing closed")],
)
def test_each_empty_list_says_why_it_is_empty(client, line, query, words):
    assert words in client.get(HOME, query).content.decode()


@pytest.mark.requirement("000-14", "U7")
def test_opening_and_refreshing_ask_for_the_history(client, line, dana):
    for ask in (lambda: client.get(HOME), lambda: client.get(address(dana)), lambda: client.post("/messages/sync/")):
        line.connection.sync_wanted_at = None
        line.connection.save(update_fields=["sync_wanted_at"])
        ask()
        line.connection.refresh_from_db()
        assert line.connection.sync_wanted_at


def test_names_and_texts_are_escaped_in_the_list(client, line):
    conversation = make_conversation(line.workspace, "+18135550177", "<b>Eve</b>")
    add_text(line, conversation, "<img src=x>")
    page = client.get(HOME).content.decode()
    assert "<b>Eve" not in page
    assert "<img src=x" not in page
