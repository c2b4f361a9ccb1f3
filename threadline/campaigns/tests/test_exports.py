"""The CSV of a campaign's people and of its messages: whole, safe in a spreadsheet, of one's own workspace only."""

import csv
import io
from typing import Any

import pytest

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns.models import Campaign
from threadline.campaigns.results import exports
from threadline.campaigns.testing import PEOPLE, catch_up, come_to, make_sending, owner_of, run_engine
from threadline.contacts.models import Contact
from threadline.messaging.models import Message
from threadline.messaging.testing import arrive, send_all
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(line: Number) -> Campaign:
    made = make_sending(line, PEOPLE, steps=["Hi {{ first_name }}", "Two"], name="March, follow-up")
    Contact.objects.filter(phone=PEOPLE[1]).update(name="=HYPERLINK(1)", first_name="=HYPERLINK(1)")
    run_engine()
    send_all()
    sent = {message.address: message for message in Message.objects.all()}
    come_to(sent[PEOPLE[0]], "undelivered", 30007)
    arrive(line, "Thanks", from_=PEOPLE[1])
    catch_up()
    return made


def fetch(campaign: Campaign, what: str) -> tuple[Any, list[dict[str, str]]]:
    answer = signed_in(owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/export/{what}/")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return answer, list(csv.DictReader(io.StringIO(text, newline="")))


def test_everybody_is_in_the_list_of_people_with_what_became_of_them(campaign: Campaign) -> None:
    answer, rows = fetch(campaign, "people")
    assert answer["Content-Disposition"].startswith('attachment; filename="march-follow-up-people-20')
    assert [row["Phone"] for row in rows] == list(PEOPLE)
    assert [row["Status"] for row in rows] == ["failed", "completed", "in progress"]
    assert (rows[1]["How"], rows[1]["Replied"] != "") == ("replied", True)
    assert "spam" in rows[0]["Reason"]
    assert [row["Step reached"] for row in rows] == ["1", "1", "1"]
    assert rows[2]["Cost (USD)"] == "0.0083"


def test_every_text_is_in_the_list_of_messages_in_its_own_words(campaign: Campaign) -> None:
    _answer, rows = fetch(campaign, "messages")
    assert [row["Text"] for row in rows] == ["Hi Lead0", "Hi =HYPERLINK(1)", "Hi Lead2"]
    assert (rows[0]["Status"], rows[0]["Code"], rows[0]["Step"]) == ("Not delivered", "30007", "1")
    assert (rows[0]["Version"], rows[0]["Segments"], rows[0]["Settled"]) == ("1", "1", "no")


def test_no_cell_runs_as_a_formula(campaign: Campaign) -> None:
    _answer, rows = fetch(campaign, "people")
    assert rows[1]["Name"] == "'=HYPERLINK(1)"
    assert not rows[0]["Phone"].startswith("'")


def test_pieces_join_without_a_gap(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PIECE", 1)
    assert len(fetch(campaign, "people")[1]) == len(fetch(campaign, "messages")[1]) == 3


def test_it_takes_permission_and_ones_own_campaign(campaign: Campaign) -> None:
    viewer = signed_in(make_member(campaign.workspace, Role.VIEWER))
    assert "export" not in viewer.get(f"/campaigns/{campaign.public_id}/").content.decode()
    assert "/export/people/" in signed_in(owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/").content.decode()
    stranger = signed_in(make_member())
    for what in ("people", "messages"):
        assert viewer.get(f"/campaigns/{campaign.public_id}/export/{what}/").status_code == 403
        assert stranger.get(f"/campaigns/{campaign.public_id}/export/{what}/").status_code == 404
