"""A few icons of our own, drawn on 16 by 16 in the colour of the text."""


def _icon(path: str) -> str:
    return (
        '<svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{path}"/></svg>'
    )


MARK = _icon(
    "M5 1.8h6a1.4 1.4 0 0 1 1.4 1.4v9.6a1.4 1.4 0 0 1-1.4 1.4H5a1.4 1.4 0 0 1-1.4-1.4V3.2A1.4 1.4 0 0 1 5 1.8zM7 11.6h2"
)
ARROW = _icon("M9.8 3.2 5 8l4.8 4.8")
SEND = _icon("M2.4 8h10.4M8.6 3.6 13 8l-4.4 4.4")
PICTURE = _icon("M2.4 3.4h11.2v9.2H2.4zM2.6 11l3.2-3.2 2.4 2.4 1.8-1.8 3.4 3.4M10.4 6.2h.1")
CHECK = _icon("m3.2 8.6 3 3 6.6-7")
CLOCK = _icon("M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM8 5v3.2l2 1.4")
CROSS = _icon("m4 4 8 8m0-8-8 8")
STOP = _icon("M5.6 2.2h4.8l3.4 3.4v4.8l-3.4 3.4H5.6l-3.4-3.4V5.6zM5.4 8h5.2")
