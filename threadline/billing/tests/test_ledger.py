from datetime import UTC, date, datetime

import pytest

from threadline.accounts.testing import make_workspace
from threadline.billing import ledger, spend
from threadline.billing.models import LedgerEntry, Wallet

OCTOBER = datetime(2026, 10, 31, 23, 59, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
LATER = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def firm(db):
    return make_workspace().pk


def spent(firm, now=LATER):
    return spend.this_month(firm, now).spent


def test_what_is_set_aside_counts_until_the_price_is_known(firm):
    ledger.reserve(firm, {1: 8_300, 2: 8_300}, NOVEMBER)
    assert spent(firm) == 16_600
    ledger.settle(firm, {1: 7_900}, LATER)
    assert spent(firm) == 16_200
    ledger.release(firm, [2], LATER)
    assert spent(firm) == 7_900
    assert ledger.balance(firm) == -7_900


def test_a_replay_counts_once(firm):
    for _time in range(2):
        ledger.reserve(firm, {1: 8_300, 2: 100}, NOVEMBER)
        ledger.settle(firm, {1: 9_000}, LATER)
        ledger.release(firm, [2], LATER)
    assert spent(firm) == 9_000
    assert LedgerEntry.objects.count() == 4


def test_money_that_comes_in_is_no_negative_spending(firm):
    ledger.credit(firm, 5_000_000, "start", NOVEMBER)
    ledger.reserve(firm, {1: 8_300}, NOVEMBER)
    standing = spend.this_month(firm, LATER)
    assert (standing.balance, standing.spent) == (4_991_700, 8_300)


def test_a_month_begins_at_nothing_and_keeps_to_itself(firm):
    ledger.reserve(firm, {1: 8_300}, OCTOBER)
    assert spent(firm, OCTOBER) == 8_300
    assert spent(firm, NOVEMBER) == 0
    ledger.release(firm, [1], NOVEMBER)  # set aside in October: November does not get cheaper by it
    assert spent(firm, NOVEMBER) == 0
    ledger.reserve(firm, {2: 100}, NOVEMBER)
    ledger.reserve(firm, {3: 50}, OCTOBER)  # a process whose clock is behind
    assert spent(firm, NOVEMBER) == 100
    assert Wallet.objects.get(workspace=firm).month == date(2026, 11, 1)
    assert ledger.balance(firm) == -150


def test_a_new_firm_has_spent_nothing_and_nothing_limits_it(firm):
    assert spend.this_month(firm, LATER) == spend.Standing()
    assert spend.this_month(firm, LATER).left is None


def test_the_wallet_limits_while_it_is_on_else_the_budget(firm):
    ledger.reserve(firm, {1: 300}, LATER)
    Wallet.objects.filter(workspace=firm).update(monthly_budget=1_000)
    assert spend.this_month(firm, LATER).left == 700
    Wallet.objects.filter(workspace=firm).update(enabled=True, balance=50)
    assert spend.this_month(firm, LATER).left == 50


def test_where_a_firm_stands_is_one_query(firm, django_assert_num_queries):
    with django_assert_num_queries(1):
        spend.this_month(firm, LATER)
