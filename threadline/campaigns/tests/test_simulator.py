"""What a simulation finds out: counts, costs, reasons, blanks, characters."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from threadline.billing.models import Wallet
from threadline.campaigns.models import Campaign, Simulation
from threadline.campaigns.simulator import asking, difference, replacing
from threadline.campaigns.simulator.characters import pieces, replaced
from threadline.campaigns.simulator.result import Result
from threadline.campaigns.simulator.simulate import simulate
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads, owner_of, start_and_arm
from threadline.compliance import optouts
from threadline.messaging.models import Message, OutboxEntry, Receipt
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday; 12:00 in New York
CENT = 10_000
ONE = 8_300  # a segment


def draft(line: Number, steps: tuple[str, ...] = ("Hi {{ first_name }}", "Still there?"), **fields) -> Campaign:
    with time_machine.travel(NOON, tick=False):
        campaign = make_campaign(line, steps, **fields)
        make_leads(campaign)
    return campaign


def test_people_texts_segments_cost_and_the_finish(line: Number) -> None:
    campaign = draft(line, ("Hi {{ first_name }}", "x" * 161), batch_size=2, batch_minutes=30)
    found = simulate(campaign, NOON)
    assert (found.people, found.reached, found.texts, found.segments) == (3, 3, 6, 9)
    assert (found.least, found.cost) == (3 * ONE, 9 * ONE)
    assert [step.histogram for step in found.steps] == [{"1": 3}, {"2": 3}]
    assert (found.first, found.last) == (NOON.isoformat(), (NOON + timedelta(hours=24, minutes=30)).isoformat())
    assert sum(sum(bar.texts) for bar in found.timeline) == 6
    assert Result.from_json(found.as_json()) == found


def test_it_writes_nothing(line: Number) -> None:
    simulate(draft(line), NOON)
    assert not (Message.objects.exists() or OutboxEntry.objects.exists() or Receipt.objects.exists())


def test_where_everybody_gets_everything_the_cost_is_no_range(line: Number) -> None:
    found = simulate(draft(line, complete_on_reply=False), NOON)
    assert found.least == found.cost == 6 * ONE


def test_who_opted_out_gets_nothing_and_is_named(line: Number) -> None:
    campaign = draft(line)
    optouts.record([optouts.NewOptOut(line.workspace_id, line.phone, PEOPLE[1], NOON)])
    found = simulate(campaign, NOON)
    (reason,) = found.reasons
    assert (reason.code, reason.verdict, reason.count) == ("opted_out", "refuse", 1)
    assert reason.people == [campaign.recipients.get(address=PEOPLE[1]).pk]
    assert (found.people, found.reached, found.texts) == (3, 2, 4)


def test_who_waits_for_the_hours_is_said_with_until_when(line: Number) -> None:
    campaign = draft(line, ("One",), window_start=time(9), window_end=time(10), window_zone="person")
    (reason,) = simulate(campaign, NOON).reasons
    assert (reason.code, reason.verdict, reason.count) == ("window", "defer", 3)
    assert reason.until == [datetime(2026, 11, 24, 14, tzinfo=UTC).isoformat()] * 2


def test_blanks_are_counted_with_what_the_first_would_read(line: Number) -> None:
    campaign = draft(line, ("Hi {{ first_name }}, how is {{ company }}?", 'Bye {{ company | default: "all" }}'))
    lead = campaign.recipients.first()
    assert lead is not None
    lead.contact.company = "Reyes Plumbing"
    lead.contact.save(update_fields=["company"])
    first, second = simulate(campaign, NOON).steps
    (blank,) = first.blanks
    assert (blank.name, blank.count, len(blank.people)) == ("company", 2, 2)
    assert blank.reads.startswith("Hi Lead1, how is")
    assert second.blanks == []


def test_what_makes_a_text_unicode_is_marked_and_what_plain_characters_save_is_known(line: Number) -> None:
    campaign = draft(line, ("“Hi” {{ first_name }} … " + "x" * 100,))
    (step,) = simulate(campaign, NOON).steps
    assert (step.unicode, step.segments, step.plain_segments) == (3, 6, 3)
    assert step.cost - step.plain_cost == 3 * ONE
    assert [piece.text for piece in pieces(step.body) if piece.forces] == ["“", "”", "…"]


def test_placeholders_are_never_replaced() -> None:
    assert replaced("“Hi” {{ first_name | default: “you” }} — é 🎉") == '"Hi" {{ first_name | default: “you” }} - é 🎉'


def test_one_click_saves_the_step_as_the_editor_does(line: Number) -> None:
    campaign = draft(line, ("“Hi”", "Second “step”"))
    step = campaign.steps.get(position=2)
    with time_machine.travel(NOON, tick=False):
        assert replacing.replace_characters(campaign, owner_of(campaign), step.pk, NOON)
        assert not replacing.replace_characters(campaign, owner_of(campaign), step.pk, NOON)
    assert list(campaign.steps.values_list("body", "version")) == [("“Hi”", 1), ('Second "step"', 2)]


def test_long_texts_say_when_a_picture_would_be_cheaper(line: Number) -> None:
    (step,) = simulate(draft(line, ("x" * 600,)), NOON).steps
    assert (step.cost, step.other_cost) == (3 * 4 * ONE, 3 * 22_000)


def test_the_speed_of_the_number_counts_in_the_finish(line: Number) -> None:
    line.per_second = 0.1
    line.save(update_fields=["per_second"])
    found = simulate(draft(line, ("One",)), NOON)
    assert found.last == (NOON + timedelta(seconds=20)).isoformat()


def test_what_does_not_leave_before_the_hours_end_goes_the_next_day(line: Number) -> None:
    line.per_second = 1 / 1800  # one in half an hour
    line.save(update_fields=["per_second"])
    found = simulate(draft(line, ("One",), window_start=time(9), window_end=time(12, 20)), NOON)
    assert found.texts == 3
    assert found.last.startswith("2026-11-24T14:")


def test_without_a_number_it_says_so_and_goes_on(line: Number) -> None:
    campaign = draft(line)
    Campaign.objects.filter(pk=campaign.pk).update(number=None)
    found = simulate(Campaign.objects.get(pk=campaign.pk), NOON)
    assert found.texts == 6 and len(found.notes) == 1


def test_a_running_campaign_is_simulated_from_where_everybody_stands(line: Number) -> None:
    campaign = draft(line)
    with time_machine.travel(NOON, tick=False):
        start_and_arm(campaign)
    lead = campaign.recipients.first()
    assert lead is not None
    lead.status, lead.step, lead.sent_at = "in_progress", 1, NOON - timedelta(hours=20)
    lead.save(update_fields=["status", "step", "sent_at"])
    found = simulate(Campaign.objects.get(pk=campaign.pk), NOON)
    assert (found.texts, found.steps[0].texts, found.steps[1].texts) == (5, 2, 3)
    assert found.steps[1].first == (NOON + timedelta(hours=4)).isoformat()


def test_a_small_one_is_done_at_once_and_a_large_one_by_whoever_asks_for_work(line: Number, monkeypatch) -> None:
    campaign = draft(line)
    assert asking.ask(campaign, None, NOON).state == "done"
    monkeypatch.setattr(asking, "AT_ONCE", 2)
    large = asking.ask(campaign, None, NOON)
    assert (large.state, asking.waiting()) == ("queued", True)
    assert asking.ask(campaign, None, NOON) == large
    assert asking.step() and not asking.step()
    large.refresh_from_db()
    result = asking.result_of(large)
    assert large.state == "done" and result is not None and result.texts == 6


def test_a_stopped_one_begins_again_and_a_lost_one_too(line: Number, monkeypatch) -> None:
    campaign = draft(line)
    monkeypatch.setattr(asking, "AT_ONCE", 0)
    one = asking.ask(campaign, None, NOON)
    assert not asking.step(lambda: True)
    one.refresh_from_db()
    assert one.state == "queued"
    Simulation.objects.update(state="running", result={"share": 0.5, "at": "2026-11-22T00:00:00+00:00"})
    assert asking.waiting()
    assert asking.step()


def test_an_edit_makes_it_old_and_is_compared_with_how_it_was(line: Number) -> None:
    campaign = draft(line, ("One",))
    first = asking.ask(campaign, None, NOON)
    assert not asking.is_old(campaign, NOON)
    assert asking.is_old(campaign, NOON + timedelta(hours=1))
    campaign.batch_size, campaign.batch_minutes = 1, 60
    campaign.save(update_fields=["batch_size", "batch_minutes"])
    campaign.steps.update(body="x" * 161)
    assert asking.is_old(campaign, NOON)
    second = asking.ask(campaign, None, NOON)
    earlier, result = asking.before(second), asking.result_of(second)
    assert earlier == asking.result_of(first) and earlier is not None and result is not None
    assert difference.words(earlier, result) == ["finishes 2 hours later", "+$0.02", "+3 segments"]


def test_a_failed_one_says_so(line: Number, monkeypatch) -> None:
    campaign = draft(line)
    monkeypatch.setattr(asking, "AT_ONCE", 0)
    one = asking.ask(campaign, None, NOON)
    monkeypatch.setattr(asking, "simulate", lambda *_: 1 / 0)
    assert asking.step()
    one.refresh_from_db()
    assert one.state == "failed" and "Nothing was sent" in one.problem


def test_it_says_when_the_money_does_not_suffice(line: Number) -> None:
    Wallet.objects.update_or_create(workspace=line.workspace, defaults={"monthly_budget": 2 * ONE})
    found = simulate(draft(line), NOON)
    assert (found.texts, found.unfinished) == (2, 3)
    (note,) = found.notes
    assert note.startswith("The campaign pauses itself on 23 November, 12:00.") and "budget" in note
