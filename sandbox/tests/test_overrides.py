"""Connection overrides in the fragment of a webhook's URL."""

from sandbox.overrides import Overrides, split


def test_without_a_fragment_only_failed_connections_are_retried_once() -> None:
    url, limits = split("https://app/sms?x=1")
    assert (url, limits) == ("https://app/sms?x=1", Overrides())
    assert limits.rc == 1 and limits.retries("ct") and not limits.retries("5xx") and not limits.retries("ok")


def test_a_fragment_sets_count_reasons_and_timeouts() -> None:
    url, limits = split("https://app/sms#rc=3&rp=ct,rt,5xx&ct=2000")
    assert url == "https://app/sms"
    assert (limits.rc, limits.ct) == (3, 2000)
    assert limits.retries("rt") and limits.retries("5xx") and not limits.retries("4xx")


def test_values_out_of_range_are_brought_back_and_nonsense_is_ignored() -> None:
    _, limits = split("https://app/sms#rc=99&ct=1&rt=abc&rp=all&e=dublin")
    assert (limits.rc, limits.ct, limits.rt) == (5, 100, 15000)
    assert limits.retries("4xx")
