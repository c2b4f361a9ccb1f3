"""Every route of the URL table, visited by nobody, by each role, and by an owner of another firm who knows all ids."""

import pytest
from django.db import transaction
from django.test import Client

from tests.house import world
from tests.house.routes import all_routes
from threadline.accounts.models import Role
from threadline.accounts.permissions import allows
from threadline.accounts.testing import make_member, signed_in

# The only pages that answer somebody who has not signed in: each says why it may.
PUBLIC = {
    "accounts:invitation": "the link is the secret",
    "messaging:media_out": "the carrier fetches files by signed addresses",
}
# Views for whoever is signed in, in any role.
ANY_ROLE = {
    "accounts:switch": "finds only the person's own workspaces",
    "accounts:profile": "is about the person, not the workspace",
}
METHODS = ("get", "post")

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def firm():
    return world.make_world()


def pages():
    """Routes for people: not allauth's, not those for programs."""
    return [route for route in all_routes() if not route.of_allauth and not route.of_programs]


def visit(client, method, path):
    """The answer; whatever the visit changed is undone."""
    client.raise_request_exception = False
    with transaction.atomic():
        answer = getattr(client, method)(path)
        transaction.set_rollback(True)
    return answer


def tells(answer):
    """Whether the answer holds what only the firm may know."""
    return any(secret.encode() in answer.content for secret in world.SECRETS) if not answer.streaming else False


def test_every_view_says_who_may_open_it():
    silent = [
        route.name
        for route in pages()
        if not hasattr(route.view, "verb") and not route.public
        if not hasattr(route.view, "view_class")  # a redirect holds nothing
    ]
    assert set(silent) <= set(ANY_ROLE)


def test_only_the_named_views_are_public():
    assert {route.name for route in pages() if route.public} == set(PUBLIC)


def test_nobody_gets_further_than_the_sign_in_page(firm):
    wrong = []
    for route in pages():
        if route.name in PUBLIC:
            continue
        for method in METHODS:
            answer = visit(Client(), method, route.path(firm.ids))
            if answer.status_code != 302 or not answer["Location"].startswith("/accounts/login/"):
                wrong.append(f"{method} {route.name}: {answer.status_code}")
    assert wrong == []


def test_programs_without_a_key_are_refused(firm):
    wrong = []
    for route in all_routes():
        if not route.of_programs or "health" in route.route or "openapi" in route.route or "docs" in route.route:
            continue
        for client in (Client(), signed_in(firm.members[Role.OWNER])):
            answers = {visit(client, method, route.path(firm.ids)).status_code for method in METHODS}
            if not answers <= {401, 403, 405}:
                wrong.append(f"{route.route}: {answers}")
    assert wrong == []


@pytest.mark.parametrize("role", Role.values)
def test_each_role_reaches_exactly_what_its_table_allows(firm, role):
    client = signed_in(firm.members[role])
    wrong = []
    for route in pages():
        verb = getattr(route.view, "verb", None)
        answers = {method: visit(client, method, route.path(firm.ids)).status_code for method in METHODS}
        broken = {code for code in answers.values() if code >= 500}
        if verb is None:
            refused = False
        elif allows(role, verb):
            refused = 403 in answers.values() and role == Role.OWNER
        else:
            refused = not set(answers.values()) <= {403, 405}
        if broken or refused:
            wrong.append(f"{route.name} ({verb}): {answers}")
    assert wrong == []


def test_a_stranger_with_all_the_ids_finds_nothing(firm):
    client = signed_in(make_member(role=Role.OWNER))
    wrong = []
    for route in pages():
        theirs = [kind for kind in route.kinds if kind not in ("token", "signature", "filename")]
        answers = {method: visit(client, method, route.path(firm.ids)) for method in METHODS}
        codes = {answer.status_code for answer in answers.values()}
        if any(tells(answer) for answer in answers.values()):
            wrong.append(f"{route.name}: tells what is not theirs")
        if theirs and not (codes <= {404, 405} and 404 in codes):
            wrong.append(f"{route.name}: {codes}")
    assert wrong == []


def test_allauths_pages_break_for_nobody(firm):
    clients = [Client(), signed_in(firm.members[Role.MEMBER])]
    broken = []
    for route in all_routes():
        if route.of_allauth:
            codes = {
                visit(client, method, route.path(firm.ids)).status_code for client in clients for method in METHODS
            }
            broken += [f"{route.name}: {codes}"] if max(codes) >= 500 else []
    assert broken == []
