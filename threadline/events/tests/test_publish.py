"""Events come out in the order they were committed, and a reader with a plain cursor misses none."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from threadline.accounts.models import Workspace
from threadline.accounts.testing import make_member, make_workspace
from threadline.events import read
from threadline.events.models import Event
from threadline.events.publish import Happening, once_at_the_end, publish
from threadline.events.types import CONVERSATION_CHANGED
from threadline.lib import clock
from threadline.lib.testing import meanwhile


def _happening(workspace_id: int, subject: str = "conv_1") -> Happening:
    return Happening(workspace_id, CONVERSATION_CHANGED, subject, {"messages": [1], "inbound": 0})


@pytest.mark.django_db(transaction=True)
def test_publish_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        publish([_happening(1)])


@pytest.mark.django_db
def test_what_was_published_is_read_in_order_from_the_cursor_on() -> None:
    workspace = make_workspace()
    with transaction.atomic():
        publish([_happening(workspace.id, "conv_1"), _happening(workspace.id, "conv_2")])
    cursor = read.latest_id(workspace.id)
    with transaction.atomic():
        publish([_happening(workspace.id, "conv_1")])
    assert [event.subject for event in read.since(workspace.id, "", 0, 10)] == ["conv_1", "conv_2", "conv_1"]
    assert [event.id > cursor for event in read.since(workspace.id, "conv_1", cursor, 10)] == [True]
    assert read.since(workspace.id, "conv_2", cursor, 10) == []
    assert read.since(workspace.id, "", 0, 1)[0].data == {"messages": [1], "inbound": 0}


@pytest.mark.django_db
def test_another_workspaces_events_are_not_seen() -> None:
    ours, theirs = make_workspace(), make_workspace()
    with transaction.atomic():
        publish([_happening(theirs.id)])
    assert read.since(ours.id, "", 0, 10) == []


@pytest.mark.django_db
def test_publishing_rings_once_after_the_commit(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    rung: list[tuple[str, ...]] = []
    monkeypatch.setattr("threadline.lib.doorbell.ring", lambda *topics: rung.append(topics))
    workspace = make_workspace()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        with transaction.atomic():
            publish([_happening(workspace.id)])
        assert rung == []
    assert rung == [("events",)]


@pytest.mark.django_db
def test_pruning_keeps_thirty_days_and_never_turns_the_cursor_back() -> None:
    workspace = make_workspace()
    with transaction.atomic():
        publish([_happening(workspace.id, "conv_old"), _happening(workspace.id, "conv_last")])
    Event.objects.update(created_at=clock.now() - timedelta(days=31))
    latest = read.latest_id()
    assert read.prune() == 1
    assert read.latest_id() == latest
    with transaction.atomic():
        publish([_happening(workspace.id)])
    assert read.prune() == 1
    assert [event.subject for event in Event.objects.all()] == ["conv_1"]


@pytest.mark.django_db(transaction=True)
def test_a_plain_cursor_misses_nothing_while_many_publish() -> None:
    workspace = make_workspace()
    done = threading.Event()
    writers, rounds = 6, 25

    def write(writer: int) -> None:
        try:
            for turn in range(rounds):
                with transaction.atomic():
                    # Something before the publish, so that transactions overlap as they do in the product.
                    connection.cursor().execute("SELECT count(*) FROM events_event")
                    publish([_happening(workspace.id, f"conv_{writer}_{turn}_{part}") for part in range(2)])
        finally:
            connection.close()

    seen: list[str] = []
    problems: list[str] = []

    def follow() -> None:
        cursor = 0
        try:
            while True:
                last_look = done.is_set()
                found = read.since(workspace.id, "", cursor, 1000)
                seen.extend(event.subject for event in found)
                cursor = found[-1].id if found else cursor
                if last_look and not found:
                    return
        except Exception as error:
            problems.append(repr(error))
        finally:
            connection.close()

    reader = threading.Thread(target=follow)
    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in [reader, *threads]:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert problems == []
    assert len(seen) == len(set(seen)) == writers * rounds * 2


@pytest.mark.django_db
def test_what_several_functions_tell_is_published_once_at_their_end() -> None:
    workspace = make_workspace()
    with transaction.atomic(), once_at_the_end():
        with transaction.atomic(), once_at_the_end():
            publish([_happening(workspace.id, "conv_1")])
        assert not Event.objects.exists()
        publish([_happening(workspace.id, "conv_2")])
        assert not Event.objects.exists()
    assert list(Event.objects.order_by("id").values_list("subject", flat=True)) == ["conv_1", "conv_2"]


@pytest.mark.django_db
def test_what_is_rolled_back_on_the_way_is_not_published_at_the_end() -> None:
    workspace = make_workspace()
    with transaction.atomic(), once_at_the_end():
        publish([_happening(workspace.id, "conv_1")])
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            with transaction.atomic():
                publish([_happening(workspace.id, "conv_2")])
            raise ZeroDivisionError
        with pytest.raises(ZeroDivisionError):
            with transaction.atomic():
                publish([_happening(workspace.id, "conv_3")])
            raise ZeroDivisionError  # what was done stays done
    assert list(Event.objects.order_by("id").values_list("subject", flat=True)) == ["conv_1", "conv_3"]


@pytest.mark.django_db
def test_nothing_is_published_when_all_of_it_fails() -> None:
    workspace = make_workspace()
    with pytest.raises(ZeroDivisionError), transaction.atomic(), once_at_the_end():
        publish([_happening(workspace.id)])
        raise ZeroDivisionError
    with transaction.atomic():
        publish([_happening(workspace.id, "conv_2")])
    assert list(Event.objects.values_list("subject", flat=True)) == ["conv_2"]


@pytest.mark.django_db(transaction=True)
def test_whoever_publishes_does_not_wait_for_a_row_with_the_lock_in_hand() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    workspace = make_workspace()

    def join() -> None:
        make_member(workspace)
        publish([_happening(workspace.id)])

    def hold() -> None:
        Workspace.objects.select_for_update().get(pk=workspace.pk)

    with meanwhile(join, hold):
        publish([_happening(workspace.id)])
    assert Event.objects.count() == 2
