"""Where to go when the work is done: the ?next= that another page gave along, if it is a page of ours."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def target(request: HttpRequest) -> str:
    """The local path to return to, as the form or the address says; "" for none and for anything elsewhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    local = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if local else ""
