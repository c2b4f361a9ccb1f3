"""Error pages help, and stand on nothing that may be broken."""

import pytest
from django.template.loader import get_template
from django.test import Client
from django.views.defaults import server_error


def test_the_500_page_needs_no_context_and_no_database(rf):
    page = server_error(rf.get("/")).content.decode()
    assert "Something went wrong on our side" in page
    assert "/static/ui/app.css" in page and "<script" not in page and "style=" not in page


@pytest.mark.usefixtures("areas")
def test_a_wrong_address_says_what_may_have_happened(client):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "403_csrf.html"])
def test_every_error_page_has_one_heading_and_a_way_out(rf, name):
    page = get_template(name).render({}, rf.get("/"))
    assert page.count("<h1>") == 1
    assert 'class="button button-primary"' in page


@pytest.mark.usefixtures("areas", "db")
def test_a_form_of_a_forgotten_page_is_explained():
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.com", "password": "x"})
    assert answer.status_code == 403
    assert "This page was open too long" in answer.content.decode()
