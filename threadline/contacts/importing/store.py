"""A file comes in: kept in the storage as it is, looked at once, ready to be mapped."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import PurePath
from typing import IO, Any, Final, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from threadline.accounts.models import Member, Workspace
from threadline.contacts.importing import encodings, spreadsheets, table
from threadline.contacts.importing.errors import BadFile
from threadline.contacts.models import Import
from threadline.lib import clock, ids

FOLDER: Final = "imports"
KEPT: Final = timedelta(days=30)
LOST: Final = timedelta(days=1)  # longer than any upload takes
_HEAD: Final = 65_536


def open(  # noqa: A001 - importing.store.open reads well
    workspace: Workspace, member: Member | None, filename: str, stream: "IO[bytes] | File[Any]", country: str = "US"
) -> Import:
    """Store a file and make its import, in the state `uploaded`. Raises BadFile, as `receive` does."""
    import_ = receive(workspace, member, filename, stream, country)
    import_.save()
    return import_


def receive(
    workspace: Workspace, member: Member | None, filename: str, stream: "IO[bytes] | File[Any]", country: str = "US"
) -> Import:
    """Store a file, and what its import would be, which is not saved. `country` reads numbers without a country code.

    Of a spreadsheet the first sheet is kept, as CSV. Raises BadFile when it is empty, has no rows, is no table or is
    larger than the installation allows.
    """
    name = f"{FOLDER}/{ids.new('file')}.csv"
    with spreadsheets.as_text(stream) as text:
        incoming = _Incoming(text)
        try:
            name = default_storage.save(name, incoming)
            seen = _look(name, incoming, country)
        except BaseException:
            default_storage.delete(name)
            raise
    return Import(
        workspace=workspace,
        member=member,
        filename=PurePath(filename).name[-200:] or "people.csv",
        file=name,
        size=incoming.seen,
        country=country,
        **seen,
    )


def forget(import_: Import) -> None:
    """An upload that nothing came of; its row, if it has one, goes too."""
    default_storage.delete(import_.file)
    Import.objects.filter(pk=import_.pk).delete()


def samples(import_: Import, count: int = 3) -> list[list[str]]:
    """The first rows that are not blank, as many cells in each as there are columns."""
    opened = table.open_again(import_)
    try:
        width = len(import_.headers)
        rows = (cells for cells, problem in opened.rows() if not problem and any(map(str.strip, cells)))
        return [[*cells, *[""] * width][:width] for cells in islice(rows, count)]
    finally:
        opened.close()


def prune(now: datetime | None = None) -> int:
    """Delete the files of imports older than 30 days; the import and its rows stay. How many were deleted."""
    now = now or clock.now()
    old = Import.objects.filter(created_at__lt=now - KEPT).exclude(file="")
    old = old.exclude(state__in=(Import.State.QUEUED, Import.State.RUNNING))
    done = 0
    for pk, name in old.values_list("id", "file")[:1000]:
        default_storage.delete(name)
        done += Import.objects.filter(id=pk).update(file="")
    return done + _prune_lost(now)


def _prune_lost(now: datetime) -> int:
    """Files without an import: who was receiving or checking them was killed."""
    if not default_storage.exists(FOLDER):
        return 0
    names = {f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]}
    names -= set(Import.objects.exclude(file="").values_list("file", flat=True))
    lost = [name for name in names if default_storage.get_modified_time(name) < now - LOST]
    for name in lost:
        default_storage.delete(name)
    return len(lost)


def _look(name: str, incoming: "_Incoming", country: str) -> dict[str, Any]:
    """Encoding, delimiter and columns of a stored file, as columns of Import. Raises BadFile."""
    if not incoming.seen:
        raise BadFile("empty", _("This file is empty."))
    encoding = incoming.detector.encoding
    with default_storage.open(name, "rb") as file:
        text = encodings.decoder(encoding).decode(file.read(_HEAD))
    delimiter = table.sniff(text.replace("\0", ""))
    opened = table.open_stored(name, encoding, delimiter, country)
    try:
        if not opened.headers:
            raise BadFile("empty", _("There is nothing but blank lines in this file."))
        if next(opened.rows(), None) is None:
            raise BadFile("no_rows", _("This file has a header and no rows below it."))
        found = {"encoding": encoding, "delimiter": delimiter, "headers": opened.headers}
        return found | {"headless": opened.headless}
    finally:
        opened.close()


class _Incoming(File):  # type: ignore[type-arg]
    """A stream on its way into the storage: watched for size and encoding."""

    def __init__(self, stream: spreadsheets.Readable) -> None:
        super().__init__(cast("IO[bytes]", stream))
        self.stream = stream
        self.seen = 0  # bytes
        self.detector = encodings.Detector()

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Pass the bytes on. Raises BadFile as soon as they are too many, or no text."""
        most = settings.THREADLINE_IMPORT_MEGABYTES * 1_000_000
        while chunk := self.stream.read(chunk_size or _HEAD):
            if not self.seen:
                _check_head(chunk[:4096])
            self.seen += len(chunk)
            if self.seen > most:
                raise BadFile(
                    "too_large",
                    _("This file is larger than %(n)d MB, the most that is taken here. Split it into several.")
                    % {"n": settings.THREADLINE_IMPORT_MEGABYTES},
                )
            self.detector.see(chunk)
            yield chunk


def _check_head(head: bytes) -> None:
    if encodings.is_no_text(head):
        raise BadFile("binary", _("This file is not a table of text. Save your list as CSV and choose that file."))
