"""Files of ours that go out with texts: taken, checked by what they are, kept, and shown to the carrier."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from threadline.accounts.models import Member, Workspace
from threadline.lib import clock
from threadline.messaging import file_kinds, media_urls
from threadline.messaging.models import Upload
from threadline.messaging.models.upload import new_public_id
from threadline.messaging.parse import MOST_MEDIA
from threadline.numbers.models import Connection

_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]+")
_LONGEST_NAME = 80


class Invalid(Exception):  # noqa: N818 - it is about what was given, not about us
    """`sentence` says what is wrong with a file and what to do, `code` says it to programs; `param` is the field."""

    param = "media"

    def __init__(self, sentence: str, code: str = "bad_media") -> None:
        self.sentence = sentence
        self.code = code
        super().__init__(sentence)


def store(workspace: Workspace, member: Member | None, file: "File[Any]", now: datetime) -> Upload:
    """Keep a file, reading no more than a chunk of it at a time. Raises `Invalid` for a wrong, empty or large one."""
    name = file.name or ""
    if not file.size:
        raise Invalid(_("“%(name)s” is empty. Choose another file.") % {"name": name}, "empty")
    file.seek(0)
    head = file.read(file_kinds.HEAD)
    file.seek(0)
    kind = file_kinds.kind_of(head)
    if kind is None:
        raise Invalid(f"“{name}”: {file_kinds.refusal(head)}", "wrong_type")
    if file.size > kind.most_bytes:
        raise Invalid(
            _("“%(name)s” has %(size)s; a text carries at most %(most)s of this kind. Make it smaller.")
            % {"name": name, "size": _size(file.size), "most": _size(kind.most_bytes)},
            "too_large",
        )
    public_id = new_public_id()
    kept = default_storage.save(f"{workspace.pk}/out/{public_id}{kind.ending}", file)
    return Upload.objects.create(
        public_id=public_id,
        workspace=workspace,
        name=_clean_name(name, kind.ending),
        content_type=kind.content_type,
        size=file.size,
        file=kept,
        member=member,
        created_at=now,
    )


def take(
    workspace: Workspace, member: Member, public_ids: Sequence[str], files: "Sequence[File[Any]]", now: datetime
) -> list[Upload]:
    """Of a form: files that were attached before, by their ids, and those that come with it. As `choose`."""
    return choose(workspace.pk, [*public_ids, *(store(workspace, member, file, now).public_id for file in files)])


def choose(workspace_id: int, public_ids: Sequence[str]) -> list[Upload]:
    """The files that somebody puts into one text or step, in this order; from now on they are kept for good.

    Raises `Invalid` for a file that is not there, for more than ten, and for more than 5 MB together.
    """
    found = _found(workspace_id, public_ids)
    if len(found) > MOST_MEDIA:
        raise Invalid(_("A text carries at most 10 files; there are %(n)d. Leave some out.") % {"n": len(found)})
    together = sum(upload.size for upload in found)
    if together > file_kinds.MOST_BYTES:
        raise Invalid(
            _("These files have %(size)s together; a text carries at most %(most)s. Leave one out or make it smaller.")
            % {"size": _size(together), "most": _size(file_kinds.MOST_BYTES)}
        )
    Upload.objects.filter(id__in=[upload.pk for upload in found], kept_at=None).update(kept_at=clock.now())
    return found


def urls(workspace_id: int, public_ids: Sequence[str]) -> tuple[str, ...]:
    """Signed absolute addresses for `Outgoing.media_urls`, in order. Raises `Invalid` for a file that is not there.

    Dispatch signs them anew when the text leaves, so a text may wait for as long as it likes.
    """
    if not public_ids:
        return ()
    now = clock.now()
    return tuple(media_urls.absolute(one.public_id, one.name, now) for one in _found(workspace_id, public_ids))


def remove(upload: Upload) -> bool:
    """Delete a file that nothing was made of yet; False, and nothing happens, when a text or a step may refer to it."""
    if not Upload.objects.filter(id=upload.pk, kept_at=None).delete()[0]:
        return False
    default_storage.delete(upload.file)
    return True


def problem(connection: Connection) -> str:
    """Why texts over this connection cannot carry files; "" when they can."""
    return media_urls.problem(connection)


def opened(upload: Upload) -> IO[bytes] | None:
    """The file itself; None when it is gone from the storage."""
    return default_storage.open(upload.file) if default_storage.exists(upload.file) else None


def _found(workspace_id: int, public_ids: Sequence[str]) -> list[Upload]:
    possible = [public_id for public_id in public_ids if "\0" not in public_id]
    found = {one.public_id: one for one in Upload.objects.filter(workspace_id=workspace_id, public_id__in=possible)}
    if any(public_id not in found for public_id in public_ids):
        raise Invalid(_("One of the files is no longer there. Remove it and attach it again."))
    return [found[public_id] for public_id in public_ids]


def _clean_name(name: str, ending: str) -> str:
    """The name as its owner called it, without what could lead anywhere, and with the ending of what it really is."""
    stem = PurePath(_NOT_IN_NAMES.sub(" ", name)).stem.strip(" .")[:_LONGEST_NAME]
    return f"{stem or _('file')}{ending}"


def _size(size: int) -> str:
    return filesizeformat(size).replace("\xa0", " ").replace(".0 ", " ")
