"""When two transactions wait for each other PostgreSQL breaks one of them off: that one is done again, nobody notices.

Rows are locked in one order wherever that is possible: campaign, leads, conversations by id, attempts, outbox,
messages, wallet, events; and a connection before its numbers, those by id.
Others may refer to a row that is locked (no_key), unless it goes or its key changes: who refers to it has to wait then.
What is left are chances too rare to be worth an order; whoever presses a button must not see them either.
"""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

TRIES = 5
LONGEST_PAUSE = 0.05  # seconds
_DEADLOCK = "40P01"

P = ParamSpec("P")
R = TypeVar("R")


def retried(function: Callable[P, R]) -> Callable[P, R]:
    """For a function that is a transaction: up to TRIES times. Within another transaction the outer one is to retry."""

    @functools.wraps(function)
    def patient(*arguments: P.args, **named: P.kwargs) -> R:
        for _ in range(TRIES - 1):
            try:
                return function(*arguments, **named)
            except OperationalError as error:
                if connection.in_atomic_block or not is_deadlock(error):
                    raise
                time.sleep(random.random() * LONGEST_PAUSE)  # noqa: S311
        return function(*arguments, **named)

    return patient


def is_deadlock(error: OperationalError) -> bool:
    """Whether the database broke this transaction off because it and another waited for each other."""
    return getattr(error.__cause__, "sqlstate", None) == _DEADLOCK
