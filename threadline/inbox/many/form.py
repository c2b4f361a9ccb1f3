"""The compose window as a form: whom a text is for, its words, its line, and what is wrong with any of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.http import Http404, QueryDict

from threadline.accounts.requests import MemberRequest
from threadline.contacts import finding, table
from threadline.inbox import composing
from threadline.inbox.many.recipients import Named
from threadline.messaging.models import Message, Upload

LONGEST_SEARCH: Final = 80
_EDITING: Final = ("add", "drop", "find", "change")  # buttons that send nothing


@dataclass(slots=True)
class Form:
    """`number` is the line's public id; `again`: equal words of the last 24 hours leave nobody out; `seen`: whom the
    review has shown; `words` of the drop-down's search; `errors` by field, "" holds what concerns no field.
    """

    named: Named = field(default_factory=Named)
    body: str = ""
    number: str = ""
    token: str = field(default_factory=composing.new_token)
    again: bool = False
    seen: str = ""
    words: str = ""
    step: str = ""  # the button that was pressed; "" is the one that sends
    forward: Message | None = None
    with_files: bool = True  # of the text that is passed on
    uploads: list[Upload] = field(default_factory=list)
    too_many: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def to(self) -> str:
        return self.named.typed

    @property
    def error(self) -> str:
        return self.errors.get("", "")

    @property
    def editing(self) -> bool:
        return self.step in _EDITING or self.step == "text"


def asked(request: MemberRequest) -> Form:
    """An empty one, or filled from the address: to, person, list, line, or a text to forward."""
    given = request.GET
    form = Form(number=given.get("line", ""), forward=_forwarded(request, given))
    form.named = Named(given.get("to", "")[:80], given.getlist("person"), given.getlist("list"))
    form.body = form.forward.body if form.forward else ""
    return form


def ticked(request: MemberRequest) -> Form:
    """An empty one for the people who were ticked in the table of people, or for everybody who matches its address."""
    if request.POST.get("everybody") != "1":
        return Form(named=Named(people=request.POST.getlist("person")), step="text")
    on = finding.list_or_none(request, request.POST.get("page") or request.GET.get("list"))
    wanted = table.asked(request, on)
    # A search for nothing finds everybody; it still has to be said.
    return Form(named=Named(match=table.query(wanted, on_list=False) or "q="), step="text")


def posted(request: MemberRequest) -> Form:
    """As it was filled in, after what its button does to it."""
    given = request.POST
    form = Form(
        Named(given.get("to", ""), given.getlist("person"), given.getlist("list"), given.get("match", "")),
        given.get("body", ""),
        given.get("from", ""),
        composing.token_of(given.get("token", "")),
        given.get("again") == "1",
        given.get("seen", ""),
        " ".join(given.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH],
        next((step for step in (*_EDITING, "look", "confirm") if step in given), ""),
        _forwarded(request, given),
        given.get("with_files") == "1",
    )
    for word in given.getlist("add"):
        form.named.add(word)
    for word in given.getlist("drop"):
        form.named.drop(word)
    return form


def _forwarded(request: MemberRequest, given: QueryDict | Mapping[str, str]) -> Message | None:
    """The text that is passed on; a foreign or unknown one is a 404."""
    public_id = given.get("forward", "")
    if not public_id:
        return None
    ours = Message.objects.filter(workspace=request.workspace, deleted_at=None)
    found = ours.filter(public_id__in=finding.plain([public_id])).first()
    if found is None:
        raise Http404("no such text")
    return found
