"""A spreadsheet (XLSX, XLS, ODS) comes in as CSV: turned into it by a program of its own (sheet_to_csv.py)."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from threadline.contacts.importing import encodings
from threadline.contacts.importing.errors import BadFile

_HEAD: Final = 65_536
_PROGRAM: Final = Path(__file__).with_name("sheet_to_csv.py")
_SENTENCES: Final[dict[str, str | Promise]] = {
    "locked": gettext_lazy("This spreadsheet has a password. Save it without one, or as CSV, and choose that file."),
    "empty": gettext_lazy("There is nothing in this spreadsheet."),
    "broken": gettext_lazy("This spreadsheet cannot be read. Save it as CSV and choose that file."),
}


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _Whole:
    """A stream of which the beginning was read already."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        if not self._head:
            return self._rest.read(size)
        head, self._head = self._head, b""
        return head


@contextmanager
def as_text(stream: Readable) -> Iterator[Readable]:
    """The stream itself, or the first sheet of the spreadsheet that it is, as CSV in UTF-8. Raises BadFile."""
    head = stream.read(_HEAD)
    stream = _Whole(head, stream)
    if not encodings.is_spreadsheet(head):
        yield stream
        return
    with tempfile.TemporaryDirectory(prefix="threadline-sheet-") as folder:
        source, target = Path(folder) / "sheet", Path(folder) / "sheet.csv"
        _keep(stream, source)
        _convert(source, target)
        with target.open("rb") as text:
            yield text


def _keep(stream: Readable, source: Path) -> None:
    most = settings.THREADLINE_IMPORT_MEGABYTES
    with source.open("wb") as file:
        while chunk := stream.read(_HEAD):
            file.write(chunk)
            if file.tell() <= most * 1_000_000:
                continue
            sentence = _("This file is larger than %(n)d MB, the most that is taken here. Split it into several.")
            raise BadFile("too_large", sentence % {"n": most})


def _convert(source: Path, target: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(_PROGRAM), str(source), str(target)], capture_output=True, text=True, check=False
    )
    word = done.stdout if done.returncode == 0 else "broken"
    if word:
        raise BadFile(word, str(_SENTENCES[word]))
