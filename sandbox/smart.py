"""Smart encoding: look-alikes of GSM-7 characters are replaced before a text is counted and sent."""

LOOKALIKES: dict[str, str] = {
    **dict.fromkeys("‘’‚‛′ʹʻʼˈˋˊ‵`´", "'"),
    **dict.fromkeys("“”„‟″ʺˮ‶«»", '"'),
    **dict.fromkeys("‐‑‒–—―−⁃﹘﹣", "-"),
    **dict.fromkeys(["\u00a0", *map(chr, range(0x2000, 0x200B)), "\u1680", "\u202f", "\u205f", "\u3000", "\t"], " "),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
    **dict.fromkeys("\u2028\u2029\u0085\v", "\n"),
    **dict.fromkeys("•·∙⋅", "."),
    **dict.fromkeys("⁄∕÷", "/"),
    **dict.fromkeys("∗⁎", "*"),
    **dict.fromkeys("‹〈", "<"),
    **dict.fromkeys("›〉", ">"),
    "…": "...",
    "‥": "..",
    "½": "1/2",
    "¼": "1/4",
    "¾": "3/4",
    "⅓": "1/3",
    "⅔": "2/3",
    "‽": "?!",
    "‼": "!!",
    "⁇": "??",
    "¦": "|",
    "ˆ": "^",
    "˜": "~",
    "‗": "_",
    **{chr(0xFF01 + offset): chr(0x21 + offset) for offset in range(94)},
}
TABLE = str.maketrans(LOOKALIKES)


def encode(body: str) -> str:
    """The body with every look-alike replaced; letters with accents stay as they are."""
    return body.translate(TABLE)
