"""The door for the carrier: our files by signed addresses."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from threadline.lib import clock
from threadline.messaging import media_urls, serving
from threadline.messaging.models import Upload


@login_not_required
@require_safe
def fetch(request: HttpRequest, public_id: str, signature: str, name: str) -> HttpResponse:
    """The file, whatever name the address ends with; 404 for a signature that is wrong or over, as for no file."""
    if not media_urls.is_good(public_id, signature, clock.now()):
        raise Http404("no such file")
    upload = Upload.objects.filter(public_id=public_id).first()
    if upload is None:
        raise Http404("no such file")
    return serving.answer(request, upload)
