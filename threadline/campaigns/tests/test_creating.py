"""The form of a new campaign: complete, or every field at fault is named."""

from dataclasses import replace

import pytest

from threadline.accounts.models import AuditEntry, Role
from threadline.accounts.testing import make_member, make_workspace
from threadline.campaigns.drafts.creating import ACKNOWLEDGEMENT, NEW_LIST, Details, create
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign
from threadline.contacts import lists
from threadline.contacts.testing import make_contacts, make_list
from threadline.events.models import Event
from threadline.lib import clock
from threadline.numbers.testing import make_connection, make_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    member = make_member(make_workspace(timezone="America/Chicago"))
    make_number(make_connection(member.workspace))
    return member


def filled_in(member, **changes):
    number = member.workspace.numbers.first()
    return replace(Details("March follow-up texts", number.public_id, NEW_LIST, acknowledged=True), **changes)


def refused(member, details):
    with pytest.raises(Invalid) as caught:
        create(member.workspace, member, details, clock.now())
    assert not Campaign.objects.filter(created_by=member).exists()
    return caught.value.errors


@pytest.mark.requirement("000-25", "U21")
def test_a_campaign_is_a_draft_that_sends_at_any_time(owner):
    now = clock.now()
    made = create(owner.workspace, owner, filled_in(owner), now)
    made.refresh_from_db()
    assert (made.name, made.state, made.channel, made.armed) == ("March follow-up texts", "draft", "sms", False)
    assert (made.number, made.owner, made.created_by) == (owner.workspace.numbers.first(), owner, owner)
    assert (made.timezone, made.window_start, made.window_end) == ("America/Chicago", None, None)
    assert (made.batch_size, made.batch_minutes, made.priority) == (10, 10, "oldest")
    assert made.complete_on_reply
    assert made.steps.count() == 0


def test_who_acknowledged_what_and_when_is_recorded(owner):
    now = clock.now()
    made = create(owner.workspace, owner, filled_in(owner), now)
    assert (made.acknowledged_by, made.acknowledged_at) == (owner, now)
    entry = AuditEntry.objects.get(action="campaign.created", subject=made.public_id)
    assert entry.member == owner
    assert entry.facts["acknowledged"] == str(ACKNOWLEDGEMENT)


def test_open_pages_are_told(owner):
    made = create(owner.workspace, owner, filled_in(owner), clock.now())
    assert Event.objects.get(type="campaign.changed").subject == made.public_id


def test_a_new_list_is_called_as_the_campaign_or_nearly_so(owner):
    lists.create(owner.workspace, "march FOLLOW-UP texts", owner, clock.now())
    made = create(owner.workspace, owner, filled_in(owner), clock.now())
    assert (made.list.name, made.list.created_by) == ("March follow-up texts (2)", owner)


def test_a_list_that_is_there_is_taken(owner):
    spring = lists.create(owner.workspace, "Spring", owner, clock.now())
    assert create(owner.workspace, owner, filled_in(owner, list=spring.public_id), clock.now()).list == spring


def test_another_member_may_own_it_if_they_may_send(owner):
    colleague = make_member(owner.workspace, Role.MEMBER)
    made = create(owner.workspace, owner, filled_in(owner, owner=colleague.public_id), clock.now())
    assert made.owner == colleague
    for stranger in (make_member(owner.workspace, Role.VIEWER), make_member()):
        details = filled_in(owner, name="Another", owner=stranger.public_id)
        with pytest.raises(Invalid, match="member of this workspace who may send"):
            create(owner.workspace, owner, details, clock.now())


def test_a_campaign_made_by_a_program_belongs_to_the_owner_of_the_workspace(owner):
    made = create(owner.workspace, None, filled_in(owner), clock.now())
    assert (made.owner, made.created_by, made.acknowledged_by) == (owner, None, None)
    assert made.acknowledged_at is not None


def test_an_empty_form_names_every_field(owner):
    errors = refused(owner, Details("", "", ""))
    assert list(errors) == ["name", "number", "list", "acknowledged"]
    assert all(errors.values())


@pytest.mark.parametrize("name", ["", "   ", "\x00", "x" * 121, "\u2003"])
def test_a_name_that_is_none_is_refused(owner, name):
    assert list(refused(owner, filled_in(owner, name=name))) == ["name"]


def test_names_are_unique_whatever_their_capitals(owner):
    create(owner.workspace, owner, filled_in(owner), clock.now())
    with pytest.raises(Invalid, match="already") as caught:
        create(owner.workspace, owner, filled_in(owner, name=" march  FOLLOW-up texts "), clock.now())
    assert caught.value.param == "name"
    other = make_member()
    make_number(make_connection(other.workspace))
    assert create(other.workspace, other, filled_in(other), clock.now())


def test_two_who_take_a_name_at_once_do_not_both_get_it(owner, monkeypatch):
    create(owner.workspace, owner, filled_in(owner), clock.now())
    answers = iter([False, True])
    monkeypatch.setattr("threadline.campaigns.drafts.creating.name_taken", lambda *_: next(answers))
    with pytest.raises(Invalid, match="already"):
        create(owner.workspace, owner, filled_in(owner), clock.now())
    assert Campaign.objects.count() == 1


def test_only_numbers_that_text_are_numbers(owner):
    connection = make_connection(owner.workspace)
    wrong = [
        make_number(connection, sms=False),
        make_number(connection, gone_at=clock.now()),
        make_number(connection, claimed_at=None),
        make_number(),
    ]
    for public_id in [*(number.public_id for number in wrong), "", "num_nothing", "\x00"]:
        assert list(refused(owner, filled_in(owner, number=public_id))) == ["number"]


def test_a_list_of_another_workspace_is_none(owner):
    theirs = lists.create(make_workspace(), "Theirs", None, clock.now())
    for public_id in (theirs.public_id, "", "lst_nothing", "\x00"):
        assert list(refused(owner, filled_in(owner, list=public_id))) == ["list"]


def test_the_acknowledgement_is_required(owner):
    assert list(refused(owner, filled_in(owner, acknowledged=False))) == ["acknowledged"]


def test_voice_is_not_there_yet(owner):
    assert list(refused(owner, filled_in(owner, channel="voice"))) == ["channel"]


def test_the_people_of_a_short_list_are_leads_at_once(owner):
    listed = make_list(owner.workspace, contacts=make_contacts(owner.workspace, 3))
    made = create(owner.workspace, owner, filled_in(owner, list=listed.public_id), clock.now())
    assert made.recipients.count() == 3
