import pytest

from threadline.accounts.models import AuditEntry
from threadline.accounts.testing import make_member, signed_in
from threadline.messaging.models import OutboxEntry
from threadline.messaging.testing import text
from threadline.numbers.models import Number
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def number():
    return make_number()


def save(number, role="owner", **fields):
    client = signed_in(make_member(number.workspace, role))
    return client.post(f"/numbers/{number.public_id}/limits/", fields)


def test_both_limits_are_set_shown_and_taken_away(number):
    assert save(number, per_second="0.5", daily_cap="2000").status_code == 302
    number.refresh_from_db()
    assert (number.per_second, number.daily_cap) == (0.5, 2000)
    page = signed_in(make_member(number.workspace)).get(f"/numbers/{number.public_id}/").content.decode()
    for words in ("Texts per second", "Texts per day", 'value="0.5"', 'value="2000"'):
        assert words in page
    save(number, per_second="", daily_cap="")
    number.refresh_from_db()
    assert (number.per_second, number.daily_cap) == (None, None)
    assert AuditEntry.objects.filter(action="number.limited").count() == 2


@pytest.mark.parametrize(
    ("field", "given"),
    [("per_second", "fast"), ("per_second", "0"), ("per_second", "nan"), ("per_second", "-1"), ("per_second", "1e9")]
    + [("daily_cap", "0"), ("daily_cap", "1.5"), ("daily_cap", "many"), ("daily_cap", "999999999999")],
)
def test_nonsense_is_refused_at_its_field_and_kept(number, field, given):
    answer = save(number, **{field: given})
    assert answer.status_code == 422
    assert f'value="{given}"' in answer.content.decode()
    number.refresh_from_db()
    assert (number.per_second, number.daily_cap) == (None, None)


@pytest.mark.parametrize(
    ("phone", "says"),
    [
        ("+18135550142", "10DLC"),
        ("+18335550142", "Toll-free numbers: usually 3"),
        ("72645", "Short codes: usually 100"),
        ("+447700900123", "usually 10"),
    ],
)
def test_what_is_usual_stands_beside_the_field(phone, says):
    number = make_number(phone=phone)
    page = signed_in(make_member(number.workspace)).get(f"/numbers/{number.public_id}/").content.decode()
    assert says in page


def test_members_see_the_limits_and_cannot_change_them(number):
    Number.objects.filter(pk=number.pk).update(per_second=3)
    assert save(number, "member", per_second="9").status_code == 403
    page = signed_in(make_member(number.workspace, "member")).get(f"/numbers/{number.public_id}/").content.decode()
    assert "Texts per second" in page
    assert "Save limits" not in page


def test_texts_that_wait_for_their_turn_ask_again_at_once(number):
    text(number.workspace, number_id=number.pk)
    entry = OutboxEntry.objects.get()
    later = entry.run_after.replace(year=entry.run_after.year + 1)
    OutboxEntry.objects.update(paced=True, run_after=later)
    save(number, per_second="100")
    entry.refresh_from_db()
    assert not entry.paced
    assert entry.run_after < later
