"""Your profile: the phone that test texts go to."""

import pytest

from threadline.accounts.testing import make_member, signed_in

pytestmark = pytest.mark.django_db


def test_your_phone_is_kept_as_a_number() -> None:
    member = make_member()
    client = signed_in(member)
    typed = {"name": "Maria", "timezone": "", "phone": "(813) 555-0142"}
    assert client.post("/settings/profile/", typed).status_code == 302
    member.user.refresh_from_db()
    assert member.user.phone == "+18135550142"
    answer = client.post("/settings/profile/", typed | {"phone": "555"})
    assert answer.status_code == 422
    assert "This number is too short" in answer.content.decode()
    client.post("/settings/profile/", typed | {"phone": ""})
    member.user.refresh_from_db()
    assert member.user.phone == ""
