"""Idempotency-Key: a request runs once, however often and however many at a time it is repeated."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from threadline.api import idempotency
from threadline.api.models import IdempotentRequest
from threadline.api.testing import Program, error
from threadline.lib import clock
from threadline.messaging.models import Message
from threadline.messaging.testing import DANA, arrive, make_line

WISH = {"to": DANA, "body": "Your table is ready"}


@pytest.fixture
def program(db):
    return Program(make_line().workspace)


def age(**by):
    IdempotentRequest.objects.update(created_at=clock.now() - timedelta(**by))


def test_an_equal_repeat_gets_the_same_answer_to_the_letter(program):
    first = program.post("messages", WISH, Idempotency_Key="k1")
    again = program.post("messages", dict(reversed(WISH.items())), Idempotency_Key="k1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Message.objects.count() == 1


def test_another_body_under_the_same_key_is_an_error(program):
    program.post("messages", WISH, Idempotency_Key="k1")
    answer = program.post("messages", WISH | {"body": "Other"}, Idempotency_Key="k1")
    assert error(answer) == (409, "idempotency_error", "idempotency_key_reused", "Idempotency-Key")
    assert Message.objects.count() == 1


def test_keys_of_two_workspaces_do_not_meet(program):
    other = Program(make_line().workspace)
    assert program.post("messages", WISH, Idempotency_Key="k1").status_code == 201
    assert "Idempotent-Replayed" not in other.post("messages", WISH, Idempotency_Key="k1")
    assert Message.objects.count() == 2


def test_a_refusal_is_kept_like_any_answer(program):
    line = program.workspace.numbers.get()
    arrive(line, "STOP")
    first = program.post("messages", WISH, Idempotency_Key="k1")
    arrive(line, "START")
    again = program.post("messages", WISH, Idempotency_Key="k1")
    assert (first.status_code, again.status_code, again.content) == (422, 422, first.content)
    assert program.post("messages", WISH, Idempotency_Key="k2").status_code == 201


def test_after_a_day_the_key_is_free_again(program):
    program.post("messages", WISH, Idempotency_Key="k1")
    age(hours=23)
    assert program.post("messages", WISH, Idempotency_Key="k1")["Idempotent-Replayed"] == "true"
    age(hours=25)
    answer = program.post("messages", WISH | {"allow_duplicate": True}, Idempotency_Key="k1")
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer
    assert Message.objects.count() == 2


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "schlüssel"])
def test_a_key_that_cannot_be_one_is_refused(program, key):
    answer = program.post("messages", WISH, Idempotency_Key=key)
    assert error(answer) == (400, "invalid_request_error", "parameter_invalid", "Idempotency-Key")
    assert not Message.objects.exists()


def test_a_break_in_the_middle_leaves_neither_text_nor_key(program, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("threadline.api.rest.sending.shapes.text", lambda shape: 1 / 0)
        answer = program.post("messages", WISH, Idempotency_Key="k1")
    assert error(answer)[:3] == (500, "api_error", "internal")
    assert not Message.objects.exists()
    assert not IdempotentRequest.objects.exists()
    assert program.post("messages", WISH, Idempotency_Key="k1").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_twenty_equal_requests_at_once_are_one_text():
    program = Program(make_line().workspace)
    answers = []

    def ask():
        try:
            answers.append(Program(program.workspace, program.secret).post("messages", WISH, Idempotency_Key="k"))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert len(answers) == 20
    assert Message.objects.count() == 1


def test_the_chore_forgets_what_is_older_than_a_day(program, monkeypatch):
    monkeypatch.setattr(idempotency, "PRUNED_AT_ONCE", 2)
    for n in range(5):
        program.post("messages", WISH | {"body": f"Text {n}"}, Idempotency_Key=f"k{n}")
    age(hours=25)
    program.post("messages", WISH, Idempotency_Key="fresh")
    assert idempotency.prune_idempotency() == 5
    assert [row.key for row in IdempotentRequest.objects.all()] == ["fresh"]
