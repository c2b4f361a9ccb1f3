"""Connecting Twilio from a page that asks for it: a mistake is mended there."""

import pytest

from threadline.accounts.testing import make_member, signed_in

pytestmark = pytest.mark.django_db
TYPED = {"account_sid": "AC123", "auth_token": "never kept", "phone": "+14155550177"}


@pytest.mark.requirement("000-6", "000-10")
@pytest.mark.parametrize("page", ["/campaigns/new/", "/messages/", "/numbers/"])
def test_after_a_mistake_one_is_on_the_page_that_one_came_from(page: str) -> None:
    client = signed_in(make_member())
    assert f'name="next" value="{page}"' in client.get(page).content.decode()
    answer = client.post("/settings/twilio/connect/", TYPED | {"next": page})
    assert answer["Location"] == page
    shown = client.get(page).content.decode()
    assert "The Account SID starts with AC and has 34 characters." in shown
    assert 'value="AC123"' in shown
    assert 'value="+14155550177"' in shown
    assert "never kept" not in shown
    assert "This field is required" not in shown
    assert "AC123" not in client.get(page).content.decode()  # once


def test_the_address_that_a_mistake_leaves_in_the_browser_can_be_opened() -> None:
    client = signed_in(make_member())
    assert client.post("/settings/twilio/connect/", TYPED).status_code == 422
    assert client.get("/settings/twilio/connect/")["Location"] == "/settings/twilio/"
