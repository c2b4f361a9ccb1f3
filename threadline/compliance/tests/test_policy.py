"""Settings → Compliance: who may change it, what is written down, and who is told."""

from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from threadline.accounts.models import AuditEntry, Role
from threadline.accounts.testing import make_member, signed_in
from threadline.compliance import keywords, policy
from threadline.compliance.models import Policy

pytestmark = pytest.mark.django_db
GIVEN = {"quiet_from": "20:30", "quiet_to": "09:00", "cap_texts": "", "cap_days": "7"}


@pytest.fixture
def admin() -> Any:
    return make_member(role=Role.ADMIN)


@pytest.fixture
def client(admin: Any) -> Client:
    return signed_in(admin)


def post(client: Client, **more: str) -> Any:
    return client.post(reverse("compliance:index"), GIVEN | more)


def test_until_somebody_changes_it_nothing_is_narrowed(admin: Any) -> None:
    own = policy.of(admin.workspace)
    assert (own.quiet_hours, own.demand_consent, own.narrow_stop, own.cap_texts) == (False, False, False, None)
    assert not Policy.objects.exists()


def test_an_admin_changes_it_and_it_is_written_down(client: Client, admin: Any) -> None:
    assert post(client, quiet_hours="on", cap_texts="3", demand_consent="on").status_code == 302
    own = Policy.objects.get(workspace=admin.workspace)
    assert (own.quiet_hours, own.quiet_from, own.quiet_to) == (True, time(20, 30), time(9))
    assert (own.cap_texts, own.cap_days, own.demand_consent, own.narrow_stop) == (3, 7, True, False)
    entry = AuditEntry.objects.get(action="policy.changed")
    assert entry.member == admin
    assert entry.facts["after"]["quiet_from"] == "20:30" and entry.facts["before"]["quiet_from"] == "21:00"
    post(client, quiet_hours="on", cap_texts="3", demand_consent="on")
    assert AuditEntry.objects.filter(action="policy.changed").count() == 1


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_others_read_it(admin: Any, role: str) -> None:
    other = signed_in(make_member(admin.workspace, role=role))
    page = other.get(reverse("compliance:index"))
    assert page.status_code == 200 and "Only owners and admins can change the policy." in page.content.decode()
    assert post(other, quiet_hours="on").status_code == 403
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("quiet_from", "late", "Write a time of day, like 21:00."),
        ("quiet_to", "20:30", "leave no hour to text in"),
        ("cap_texts", "0", "greater than or equal to 1"),
        ("cap_texts", "many", "whole number"),
        ("cap_days", "9999", "less than or equal to 365"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field_and_kept(client: Client, field: str, value: str, says: str) -> None:
    page = post(client, **{field: value})
    assert page.status_code == 422
    html = page.content.decode()
    assert says in html and f'value="{value}"' in html
    assert not Policy.objects.exists()


def test_whoever_waits_by_it_is_told_in_the_transaction_of_the_change(admin: Any, monkeypatch: Any) -> None:
    told: list[int] = []
    monkeypatch.setattr(policy, "_listeners", [])
    policy.on_change(told.append)
    policy.change(admin.workspace, admin, quiet_hours=True)
    policy.change(admin.workspace, admin, quiet_hours=True)
    assert told == [admin.workspace.pk]


@pytest.mark.requirement("000-50")
def test_the_words_that_count_stand_there_with_their_dates(client: Client) -> None:
    html = client.get(reverse("compliance:index")).content.decode()
    for word in keywords.WORDS:
        assert f">{word.word}</th>" in html
    assert "11 April 2025" in html
    assert {word.since for word in keywords.WORDS if word.word in ("REVOKE", "OPTOUT")} == {date(2025, 4, 11)}
