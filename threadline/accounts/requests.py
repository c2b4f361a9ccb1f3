"""The request as our views see it, after WorkspaceMiddleware: for type annotations."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from threadline.accounts.models import Member, User, Workspace


class MemberRequest(HttpRequest):
    """A request of a signed-in member: `workspace` is the chosen one, `member` the person's membership in it."""

    user: User
    workspace: Workspace
    member: Member
    htmx: HtmxDetails
    times_in: str  # the zone whose clock the page shows; not there: the viewer's
