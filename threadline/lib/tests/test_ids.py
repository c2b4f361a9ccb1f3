import re
import threading
import time

import pytest

from threadline.lib import ids


def test_an_id_is_a_prefix_and_26_crockford_characters() -> None:
    assert re.fullmatch(r"msg_[0-9a-hjkmnp-tv-z]{26}", ids.new("msg"))


def test_ids_sort_in_the_order_they_were_made() -> None:
    made = [ids.new("msg") for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == 5000


def test_several_at_once_are_like_single_ones() -> None:
    made = [ids.new("msg"), *ids.several("msg", 1000), ids.new("msg"), *ids.several("msg", 0)]
    assert made == sorted(made) and len(set(made)) == 1002
    assert all(re.fullmatch(r"msg_[0-9a-hjkmnp-tv-z]{26}", one) for one in made)


def test_ids_still_rise_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ids.new("evt")
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    assert ids.new("evt") > before


def test_the_first_ten_characters_are_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "_last_ms", 0)
    monkeypatch.setattr(time, "time_ns", lambda: 1_469_918_176_385 * 1_000_000)
    assert ids.new("msg").startswith("msg_01aryz6s41")  # the example of the ULID specification


def test_threads_never_share_an_id() -> None:
    made: list[str] = []

    def work() -> None:
        made.extend([ids.new("msg") for _ in range(1000)])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8000
