"""The placeholders of a campaign: which there are, what is said about the others, what people fill them with."""

from types import SimpleNamespace

import pytest

from threadline.campaigns.sequence.placeholders import compile, known, problems, values_of

KEYS = ["pet_name", "phone", "fields", "empty"]


def person(**values):
    empty = {"name": "", "first_name": "", "last_name": "", "company": "", "email": "", "fields": {}}
    return SimpleNamespace(**{"phone": "+18135550142", **empty, **values})


@pytest.mark.requirement("000-34")
@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Hi {{ first_name }}", "Hi Dana"),
        ("Hi {{ last_name }}", "Hi Reyes"),
        ("Hi {{ name }}", "Hi Dana Reyes"),
        ("{{ company }}, {{ email }}", "Reyes Roofing, dana@example.com"),
        ("{{ phone }}", "+18135550142"),
        ("{{ pet_name }} and {{ fields.pet_name }}", "Rex and Rex"),
        ("{{ fields.phone }}", "ext. 5"),
        ("{{first_name|upcase}}", "DANA"),
    ],
)
def test_each_placeholder_is_filled_in(body, text):
    dana = person(
        name="Dana Reyes",
        first_name="Dana",
        last_name="Reyes",
        company="Reyes Roofing",
        email="dana@example.com",
        fields={"pet_name": "Rex", "phone": "ext. 5"},
    )
    assert problems(body, KEYS) == []
    assert compile(body).render(values_of(dana)) == text


def test_the_first_name_falls_back_to_the_first_word_of_the_name_and_the_name_to_both():
    text = compile("{{ first_name }}|{{ name }}")
    assert text.render(values_of(person(name="Dana Reyes"))) == "Dana|Dana Reyes"
    assert text.render(values_of(person(first_name="Dana", last_name="Reyes"))) == "Dana|Dana Reyes"
    assert text.render(values_of(person())) == "|"


def test_a_field_called_like_a_built_in_never_takes_its_place():
    fields = {"phone": "x", "name": "y", "fields": "z"}
    text = compile("{{ phone }} {{ name }} {{ fields.phone }} {{ fields.fields }}")
    assert text.render(values_of(person(name="Dana", fields=fields))) == "+18135550142 Dana x z"


@pytest.mark.parametrize(
    ("body", "nearest"),
    [
        ("{{ frist_name }}", "first_name"),
        ("{{ First_Name }}", "first_name"),
        ("{{ firstname }}", "first_name"),
        ("{{ first name }}", "first_name"),
        ("{{ first-name }}", "first_name"),
        ("{{ FIRST NAME | upcase }}", "first_name"),
        ("{{ full_name }}", "name"),
        ("{{ mobile }}", "phone"),
        ("{{ e-mail }}", "email"),
        ("{{ compny }}", "company"),
        ("{{ petname }}", "pet_name"),
        ("{{ Pet name }}", "pet_name"),
        ("{{ fields.petname }}", "pet_name"),
        ("{{ fields.company }}", "company"),
        ("{{ name.size }}", "name"),
    ],
)
def test_an_unknown_placeholder_is_named_with_the_nearest_known_one(body, nearest):
    (sentence,) = problems(body, KEYS)
    name = body.strip("{} ").partition(" |")[0]
    assert sentence == "There is no placeholder {{ " + name + " }}. Did you mean {{ " + nearest + " }}?"


def test_where_nothing_is_near_the_known_ones_are_listed():
    (sentence,) = problems("{{ xqzzw }}", ["pet_name", "phone"])
    assert "{{ xqzzw }}" in sentence
    assert "{{ first_name }}, {{ last_name }}" in sentence
    assert "{{ pet_name }}, {{ fields.phone }}" in sentence


def test_a_custom_field_is_known_only_where_the_workspace_has_it():
    assert problems("{{ pet_name }}", ["pet_name"]) == []
    assert problems("{{ pet_name }}", []) != []
    assert problems("{{ fields }}", ["fields"]) != []
    assert problems("{{ fields.fields }} {{ empty }} {{ fields.empty }}", KEYS) == []
    assert known(KEYS)[-4:] == ["pet_name", "fields.phone", "fields.fields", "empty"]


def test_every_problem_is_told_at_once_and_once():
    found = problems("{{ frist_name }} {{ frist_name }} {{ name | join }} {{ name", [])
    assert len(found) == 3


def test_single_braces_around_a_known_name_are_a_slip():
    assert problems("Hi {first_name}", []) == ["Write {{ first_name }} with two braces on each side, not {first_name}."]
    assert problems("Hi { First Name }", []) != []
    assert problems("Hi {you} and {}", []) == []


def test_a_long_word_in_braces_does_not_make_a_long_sentence():
    assert all(len(sentence) < 300 for sentence in problems("{{ " + "x" * 3000 + " }}", []))


def test_a_text_is_read_once():
    assert compile("Hi {{ name }}") is compile("Hi {{ name }}")
