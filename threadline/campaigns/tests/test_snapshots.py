"""Large campaigns are counted now and then by the worker; what is kept is what a count of the moment gives."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError, transaction

from threadline.accounts.testing import signed_in
from threadline.campaigns import table
from threadline.campaigns.models import Campaign, Snapshot
from threadline.campaigns.results import counting, figures, snapshots
from threadline.campaigns.testing import PEOPLE, catch_up, come_to, make_campaign, make_sending, owner_of, run_engine
from threadline.events import read
from threadline.events.publish import Happening, publish
from threadline.lib import clock
from threadline.messaging.models import Message
from threadline.messaging.testing import arrive, send_all
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three texts are many."""
    monkeypatch.setattr(snapshots, "MOST_TOUCHES", 2)


def lively(line: Number) -> Campaign:
    """Some delivered, one failed, one answered, one opted out."""
    campaign = make_sending(line, [*PEOPLE, "+18135550104"], steps=["One", "Two"])
    run_engine()
    send_all()
    sent = {message.address: message for message in Message.objects.filter(direction="outbound")}
    come_to(sent[PEOPLE[0]], "delivered")
    come_to(sent[PEOPLE[1]], "undelivered", 30007)
    arrive(line, "Thanks", from_=PEOPLE[0])
    arrive(line, "STOP", from_=PEOPLE[2])
    catch_up()
    return campaign


def change(campaign: Campaign) -> None:
    with transaction.atomic():
        publish([Happening(campaign.workspace_id, "campaign.changed", campaign.public_id)])


def test_what_is_kept_is_what_a_count_of_the_moment_gives(line: Number) -> None:
    campaign = lively(line)
    live = figures.of(campaign)
    snapshots.refresh(campaign, clock.now())
    kept = snapshots.results(campaign)
    assert kept.as_of is not None
    kept.as_of = None
    assert kept == live
    assert snapshots.people(campaign) == live.people == counting.people_and_how(campaign.pk)[0]
    assert sum(live.people.values()) == campaign.recipients.count() == 4


def test_every_text_and_everybody_is_counted_once(line: Number) -> None:
    found = figures.of(lively(line))
    assert sum(step.asked for step in found.steps) == Message.objects.filter(direction="outbound").count()
    assert sum(sum(row[1:6]) for row in found.series) == sum(step.asked for step in found.steps)
    for step in found.steps:
        assert sum(step.statuses.values()) == sum(step.versions.values()) == step.asked
        assert sum(one.count for one in step.failures) == step.failed
    assert found.steps[0].replied == 1
    assert found.steps[0].opted_out == 1
    assert sum(row[6] for row in found.series) == found.replied == 1


@pytest.mark.usefixtures("small")
def test_the_worker_counts_what_is_large_and_has_changed(line: Number) -> None:
    with time_machine.travel(NOON, tick=False) as clocks:
        campaign, watch = lively(line), snapshots.Watch()
        little = make_campaign(line)
        change(little)
        watch.step()
        assert Snapshot.objects.get().campaign == campaign
        first = Snapshot.objects.get().data["at"]
        clocks.shift(timedelta(minutes=5))
        watch.step()
        assert Snapshot.objects.get().data["at"] == first  # nothing has changed
        change(campaign)
        watch.step()
        assert Snapshot.objects.get().data["at"] == clock.now().isoformat()


@pytest.mark.usefixtures("small")
def test_a_first_count_that_is_broken_off_is_done_again(line: Number, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, watch = lively(line), snapshots.Watch()

    def broken_off(*_arguments: object) -> None:
        raise OperationalError("deadlock detected")

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        patched.setattr(snapshots, "refresh", broken_off)
        watch.step()
    watch.step()
    assert Snapshot.objects.get().campaign == campaign


@pytest.mark.usefixtures("small")
def test_the_longer_counting_takes_the_more_rarely_it_is_done(line: Number) -> None:
    with time_machine.travel(NOON, tick=False) as clocks:
        campaign, watch = lively(line), snapshots.Watch()
        watch.step()
        Snapshot.objects.update(milliseconds=3_000)
        change(campaign)
        clocks.shift(timedelta(seconds=59))
        watch.step()
        assert Snapshot.objects.get().data["at"] == NOON.isoformat()
        clocks.shift(timedelta(seconds=2))
        watch.step()  # it was not forgotten meanwhile
        assert Snapshot.objects.get().data["at"] == clock.now().isoformat()


@pytest.mark.usefixtures("small")
def test_a_new_worker_counts_what_changed_while_there_was_none(line: Number) -> None:
    with time_machine.travel(NOON, tick=False) as clocks:
        campaign = lively(line)
        snapshots.Watch().step()
        clocks.shift(timedelta(minutes=5))
        snapshots.Watch().step()
        assert Snapshot.objects.get().data["at"] == NOON.isoformat()
        change(campaign)
        snapshots.Watch().step()
        assert Snapshot.objects.get().data["at"] == clock.now().isoformat()


def test_open_pages_hear_of_new_numbers(line: Number) -> None:
    campaign, before = lively(line), read.latest_id()
    snapshots.refresh(campaign, clock.now())
    heard = read.since(campaign.workspace_id, campaign.public_id, before, 10)
    assert [event.type for event in heard] == ["campaign.counted"]


def test_pages_of_a_large_campaign_say_as_of_when(line: Number) -> None:
    with time_machine.travel(NOON, tick=False):
        campaign = lively(line)
        client = signed_in(owner_of(campaign))
        path = f"/campaigns/{campaign.public_id}/"
        assert "As of" not in client.get(path).content.decode()
        snapshots.refresh(campaign, clock.now())
        page = client.get(path).content.decode()
        assert "As of" in page
        assert "12:00:00" in page
        Message.objects.all().update(status="delivered")  # nobody counts now
        assert "1 of 4 delivered" in client.get(path).content.decode()
        assert [row.done for row in table.page(campaign.workspace, table.Wanted()).rows] == [
            2
        ]  # the clock stands still: nobody can have answered later than they were texted
