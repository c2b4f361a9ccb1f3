from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from threadline.lib import sql


@pytest.fixture(autouse=True)
def _allow(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def ask(statement: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [value for (value,) in cursor.fetchall()]


def test_any_of_takes_a_list_of_any_length_as_one_parameter() -> None:
    numbers = list(range(2, 3000))
    statement = f"SELECT n FROM (SELECT 1 AS n UNION SELECT 2 UNION SELECT 2999) t WHERE {sql.any_of('n')} ORDER BY n"
    assert ask(statement, sql.array(numbers)) == [2, 2999]
    words = f"SELECT w FROM (SELECT 'a' AS w UNION SELECT 'b') t WHERE {sql.any_of('w')}"
    assert ask(words, sql.array(["b", "c"])) == ["b"]
