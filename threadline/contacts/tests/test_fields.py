"""Custom fields have keys that placeholders can spell, in a namespace of their own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.accounts.testing import make_workspace
from threadline.contacts import fields
from threadline.contacts.models import CustomField


@pytest.mark.requirement("000-34")
@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Pet name", "pet_name"),
        ("  PET-Name! ", "pet_name"),
        ("Größe", "grosse"),
        ("Имя", "имя"),
        ("2nd car", "field_2nd_car"),
        ("id", "id"),
        ("Phone", "phone"),
        ("***", "field"),
        ("", "field"),
        ("Notes (2)", "notes_2"),
        ("한국어", "한국어"),
    ],
)
def test_a_label_becomes_a_key(label: str, key: str):
    assert fields.key_of(label) == key


@given(st.text(max_size=100))
def test_any_label_becomes_a_key_that_a_placeholder_can_spell(label: str):
    key = fields.key_of(label)
    assert re.fullmatch(r"[\u0080-\uFFFFa-z][\u0080-\uFFFFa-z0-9_]{0,39}", key), key
    assert fields.key_of(key) == key


@pytest.mark.django_db
def test_fields_are_made_once():
    workspace = make_workspace()
    assert fields.ensure(workspace.id, ["Pet name", "Plan"]) == {"Pet name": "pet_name", "Plan": "plan"}
    assert fields.ensure(workspace.id, ["PET NAME", "City"]) == {"PET NAME": "pet_name", "City": "city"}
    made = CustomField.objects.filter(workspace=workspace).order_by("id").values_list("key", "label")
    assert set(made) == {("pet_name", "Pet name"), ("plan", "Plan"), ("city", "City")}
