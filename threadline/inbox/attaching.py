"""Files of the composer: attached as they were chosen, or sent with the form where scripts do not run."""

from collections.abc import Sequence

from threadline.accounts.requests import MemberRequest
from threadline.lib import clock
from threadline.messaging import media_urls, uploads
from threadline.messaging.models import Upload


def files_of(request: MemberRequest) -> tuple[list[Upload], str]:
    """The files of a posted form and "", or none and a sentence about what is wrong with them."""
    ids, new = request.POST.getlist("media"), request.FILES.getlist("files")
    try:
        return uploads.take(request.workspace, request.member, ids, new, clock.now()), ""
    except uploads.Invalid as invalid:
        return [], invalid.sentence


def urls(files: Sequence[Upload]) -> tuple[str, ...]:
    """What a text carries."""
    now = clock.now()
    return tuple(media_urls.absolute(one.public_id, one.name, now) for one in files)
