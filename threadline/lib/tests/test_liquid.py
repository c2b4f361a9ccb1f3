"""What may stand in a text, what may not, and that ours fills in exactly as python-liquid would."""

import time
import tracemalloc

import liquid as library
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threadline.lib.liquid import LONGEST, MOST_PLACEHOLDERS, Broken, findings, read

NAMES = ["first_name", "company", "pet_name", "fields.phone", "fields.pet_name"]
FILTERS = ["", "| capitalize", "| upcase", "| downcase", "| strip", '| default: "there"', "| default: 'you' | upcase"]
WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="{}%"), max_size=12)
SPACE = st.sampled_from(["", " ", "  "])
PLACEHOLDER = st.builds(
    lambda before, name, filters, after: "{{" + before + name + filters + after + "}}",
    SPACE,
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(FILTERS), max_size=2).map(" ".join),
    SPACE,
)
BODY = st.lists(st.one_of(WORDS, PLACEHOLDER), max_size=6).map("".join)
SAID = st.one_of(WORDS.filter(lambda text: text and not text.isspace()), st.integers())
ENVIRONMENT = library.Environment()


def values(said):
    first, company, pet, phone = said
    fields = {"phone": phone, "pet_name": pet}
    return {"first_name": first, "company": company, "pet_name": pet, "fields": fields}


@given(BODY, st.tuples(SAID, SAID, SAID, SAID).map(values))
@settings(max_examples=300, deadline=None)
def test_a_text_is_filled_in_as_the_library_would(body, given):
    assert read(body).render(given) == ENVIRONMENT.from_string(body).render(**given)


@given(BODY, st.tuples(*[st.one_of(SAID, st.just(""), st.none())] * 4).map(values))
@settings(max_examples=300, deadline=None)
def test_blanks_change_nothing_but_spaces_and_marks_beside_them(body, given):
    def bare(text):
        return "".join(letter for letter in text if letter not in " \t\u00a0,;:")

    assert bare(read(body).render(given)) == bare(ENVIRONMENT.from_string(body).render(**given))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Hi {{ n }},\nhow are you?", "Hi,\nhow are you?"),
        ("Hi {{ n }} there", "Hi there"),
        ("{{ n }}, hello", "hello"),
        ("{{ n }} hello", "hello"),
        ("Thanks, {{ n }}!", "Thanks!"),
        ("Bye {{ n }}", "Bye"),
        ("Hi {{ n }} {{ m }}, it is us", "Hi, it is us"),
        ("Your car ({{ n }}) is ready", "Your car () is ready"),
        ("Dear {{n}}:", "Dear:"),
        ("{{ n }}", ""),
        ("a  b {{ n }}", "a  b"),
    ],
)
def test_a_blank_leaves_no_gap(body, text):
    assert read(body).render({}) == text
    assert read(body).render({"n": "  ", "m": None}) == text


def test_a_default_stands_in_for_what_is_blank():
    text = read('Hi {{ first_name | default: "there" }}, {{ company | default: "" }}!')
    for blank in ({}, {"first_name": ""}, {"first_name": " \u00a0"}, {"first_name": None}, {"first_name": False}):
        assert text.render(blank) == "Hi there!"
    assert text.names == {"company"}


@pytest.mark.parametrize(
    "body",
    ["{{first_name}}", "{{ first_name }}", "{{  first_name\n}}", "{{\u00a0first_name\u00a0}}", "{{- first_name -}}"],
)
def test_braces_may_stand_close_or_wide(body):
    assert read(body).render({"first_name": "Dana"}) == "Dana"


@pytest.mark.parametrize("name", ["2nd_phone", "empty", "nil", "true", "größe", "first-name", "size", "first", "if"])
def test_any_key_of_a_csv_can_be_a_name(name):
    both = read("{{ " + name + " }} {{ fields." + name + " }}")
    assert both.render({name: "a", "fields": {name: "b"}}) == "a b"


def test_what_word_processors_make_of_quotes_is_understood():
    assert read("Hi {{ first_name | default: “there” }}").render({}) == "Hi there"


def test_what_somebody_is_called_is_never_read_as_a_placeholder():
    assert read("{{ a }}{{ b }}").render({"a": "{{ b }}", "b": "{% if %}"}) == "{{ b }}{% if %}"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{{ name", "not closed"),
        ("{{ name }", "not closed"),
        ("{{ {{ name }}", "not closed"),
        ("name }}", "without a {{"),
        ("{{ }}", "empty placeholder"),
        ("{{}}", "empty placeholder"),
        ("{% for i in (1..9) %}x{% endfor %}", "{%"),
        ("{{ name | replace: 'a', 'b' }}", "no filter “replace”"),
        ("{{ name | upcase: 'a' }}", "takes nothing"),
        ("{{ name | default }}", "“default” wants"),
        ("{{ name | default: company }}", "“default” wants"),
        ("{{ name | default: 5 }}", "“default” wants"),
        ("{{ name | default: 'a', allow_false: true }}", "“default” wants"),
        ("{{ name | }}", "cannot be read"),
        ("{{ name upcase }}", "cannot be read"),
        ("{{ name if company else 'x' }}", "cannot be read"),
        ("{{ 'x' }}", "Only the name"),
        ("{{ a[b] }}", "Only the name"),
        ("{{ name" + " | strip" * 6 + " }}", "filters"),
    ],
)
def test_what_may_not_stand_there_is_named(body, words):
    with pytest.raises(Broken, match=words.replace("{", r"\{")):
        read(body)


BOMBS = [
    "{{ (1..30000000) | join }}",
    "{{ (1..30000000) }}",
    "{{ name | default: (1..30000000) }}",
    "{% for a in (1..10000) %}{% for b in (1..10000) %}x{% endfor %}{% endfor %}",
    "{% assign a = 'x' %}" + "{% assign a = a | append: a %}" * 100,
    "{{ name " + "| replace: '', 'xxxxxxxxxx' " * 100 + "}}",
    "{{ name " + "| upcase " * 400 + "}}",
    "{{ " + "a[" * 1900 + "]" * 1900 + " }}",
    "{{ " + "(" * 3900 + " }}",
    "{{ 'x' | default: " + "'" * 3900 + " }}",
    "{{" * 2000,
    "{{" + " " * 3990,
    "{{" + "a " * 1900 + "}}",
    "{{-" * 1300,
    "{{ name | " * 390,
    "{{ name }}" * 399,
    "}}{{" * 999,
    "x" * 10_000_000,
    "{{ name }}" * 1_000_000,
    "{% raw %}" * 400,
    "{{ name.size.first.last.a.b.c }}" * 60,
]


@pytest.mark.parametrize("body", BOMBS, ids=lambda body: body[:30])
def test_a_bomb_does_not_go_off(body):
    read("{{ name }}")  # the library is loaded
    tracemalloc.start()
    started = time.process_time()
    with pytest.raises(Broken):
        read(body)
    assert list(findings(body))
    took, most = time.process_time() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert took < 2 and most < 20_000_000, f"{took:.2f} s, {most} bytes"


def test_the_bounds_are_where_they_are_said_to_be():
    assert read("x" * LONGEST).render({}) == "x" * LONGEST
    assert read("{{ a }}" * MOST_PLACEHOLDERS).render({"a": "b"}) == "b" * MOST_PLACEHOLDERS


@given(st.text(alphabet="{}%-| \"'.:()[]ab\u00a0\n", max_size=60))
@settings(max_examples=300, deadline=None)
def test_rubbish_is_told_or_filled_in_but_never_breaks(body):
    wrong = list(findings(body))
    if wrong:
        assert all(str(one) for one in wrong)
    else:
        read(body).render({"a": "x"})
