"""The browser counts segments exactly as threadline.lib.segments does."""

import random

from playwright.sync_api import expect

from threadline.lib import segments

_EDGES = [
    "a" * 160,
    "a" * 161,
    "a" * 306,
    "a" * 307,
    "€" * 80,
    "€" * 81,
    "a" * 152 + "€" + "a" * 10,
    "a" * 159 + "€",
    "ü" * 70,
    "я" * 70,
    "я" * 71,
    "😀" * 35,
    "😀" * 36,
    "a" * 66 + "😀" * 3,
    "[brackets] {and} ~tilde~ \\ | ^",
    "“curly” quotes – and dashes…",
    "line\nbreak\r\n",
    "ç is not in the alphabet, Ç is",
    "\u0000",
]


def samples():
    pick = random.Random(1)
    alphabet = "abc ÄöñΩ@£^{}[]€~|\\\n" * 6 + "яé日😀👩🏽’"
    for _ in range(300):
        yield "".join(pick.choice(alphabet[: pick.choice((100, 120, 200))]) for _ in range(pick.randint(1, 400)))


def test_both_count_alike(page):
    page.goto("/gallery/")
    texts = [*_EDGES, *samples()]
    script = (
        "async (texts) => { const {pack} = await import('/static/ui/js/segment-counter.js'); return texts.map(pack) }"
    )
    for text, counted in zip(texts, page.evaluate(script, texts), strict=True):
        ours = segments.measure(text)
        expected = {"encoding": ours.encoding, "segments": ours.segments, "units": ours.units, "left": ours.remaining}
        assert counted == expected, repr(text)


def test_it_counts_while_you_type(page):
    page.goto("/thread/")
    counter = page.locator("segment-counter")
    expect(counter).to_be_hidden()
    page.locator("#body").fill("a" * 161)
    expect(counter).to_have_text("2 segments · 145")
    page.locator("#body").fill("Hello 😀")
    expect(counter).to_have_text("1 segment · 62")
