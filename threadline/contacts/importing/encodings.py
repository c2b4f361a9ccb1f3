"""Which encoding a file is in: what it says itself, else UTF-8 when its bytes are, else Western European."""

import codecs
from typing import Final

UTF8: Final = "utf-8"
_MARKS: Final = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNUSED_IN_1252: Final = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))


class Detector:
    """Sees all bytes of a file, a chunk at a time; `encoding` then says how to read them."""

    def __init__(self) -> None:
        self._head = b""
        self._utf8 = codecs.getincrementaldecoder(UTF8)("replace")
        self._foreign = 0  # characters beyond ASCII
        self._broken = 0  # those of them that are no UTF-8
        self._unused = False

    def see(self, chunk: bytes) -> None:
        """Look at the next bytes."""
        if len(self._head) < 4096:
            self._head += chunk[:4096]
        text = self._utf8.decode(chunk)
        if not text.isascii():
            self._foreign += len(text) - len(text.encode("ascii", "ignore"))
            self._broken += text.count("\ufffd")
            self._unused = self._unused or any(byte in chunk for byte in _UNUSED_IN_1252)

    @property
    def encoding(self) -> str:
        """A name that `decoder` takes."""
        for mark, name in _MARKS:
            if self._head.startswith(mark):
                return name
        even, odd = self._head[0::2].count(0), self._head[1::2].count(0)
        if max(even, odd) * 5 > len(self._head) // 2 and min(even, odd) * 4 <= max(even, odd):
            return "utf-16-le" if odd > even else "utf-16-be"
        if self._broken * 10 <= self._foreign:  # one damaged character does not make a file Western European
            return UTF8
        return "latin-1" if self._unused else "cp1252"


def decoder(encoding: str) -> codecs.IncrementalDecoder:
    """Turns chunks of bytes into text; a damaged character becomes a replacement mark."""
    return codecs.getincrementaldecoder("utf-8-sig" if encoding == UTF8 else encoding)("replace")


def is_no_text(head: bytes) -> bool:
    """Whether these first bytes are those of a picture, a program, a PDF: not of a table."""
    if head.startswith((b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"\x7fELF")):
        return True
    control = sum(head.count(byte) for byte in (1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20))
    return control * 50 > len(head)


def is_spreadsheet(head: bytes) -> bool:
    """Whether these are the first bytes of an XLSX, XLS or ODS file."""
    return head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))
