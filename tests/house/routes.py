"""The URL table as tests walk it: every route, and what stands for its parts in the small world."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# What an id in a path is, by the words before it; the longest that fits wins.
KINDS = {
    "settings/members/": "member",
    "settings/members/invitations/": "invitation",
    "invitations/": "token",
    "workspaces/": "workspace",
    "settings/twilio/": "connection",
    "numbers/": "number",
    "settings/webhooks/": "parked",
    "settings/api/keys/": "key",
    "messages/": "conversation",
    "messages/media/": "media",
    "messages/many/": "bulk",
    "uploads/": "upload",
    "media/out/": "upload",
    "media/out/<str:public_id>/": "signature",
    "media/out/<str:public_id>/<str:signature>/": "filename",
    "messages/<str:public_id>/why/": "message",
    "messages/<str:public_id>/now/": "message",
    "api/v1/messages/": "message",
    "people/": "contact",
    "people/lists/": "list",
    "people/fields/": "field",
    "people/tags/": "tag",
    "people/merges/": "merge",
    "people/imports/": "import",
    "campaigns/": "campaign",
    "campaigns/templates/": "template",
    "campaigns/<str:public_id>/leads/": "contact",
    "api/v1/conversations/": "conversation",
    "api/v1/contacts/": "contact",
    "api/v1/lists/": "list",
    "api/v1/lists/<str:id>/contacts/": "contact",
    "api/v1/imports/": "import",
    "api/v1/campaigns/": "campaign",
    "api/v1/campaigns/<str:id>/steps/": "step",
    "api/v1/campaigns/<str:id>/audience/": "rule",
    "campaigns/<str:public_id>/details/audience/": "rule",
    "api/v1/templates/": "template",
    "api/v1/campaigns/<str:id>/leads/": "contact",
}


@dataclass(frozen=True)
class Route:
    """One row of the URL table: its route as written, and its view."""

    route: str
    name: str
    view: Any

    @property
    def kinds(self) -> list[str]:
        """What its ids are, in order. KeyError for an id that this page does not know yet."""
        found = []
        for match in re.finditer(r"<[^>]+>|\{[^}]+\}", self.route):
            before = self.route[: match.start()]
            fitting = [words for words in KINDS if before.endswith(words)]
            if not fitting:
                raise KeyError(f"{self.route}: say in tests/house/routes.py what the id after {before!r} is")
            found.append(KINDS[max(fitting, key=len)])
        return found

    def path(self, ids: dict[str, str]) -> str:
        """Its path with the ids of a world."""
        kinds = iter(self.kinds)
        written = self.route.removeprefix("^").replace(".*$", "nothing")
        return "/" + re.sub(r"<[^>]+>|\{[^}]+\}", lambda _: ids[next(kinds)], written)

    @property
    def of_allauth(self) -> bool:
        return self.route.startswith("accounts/")

    @property
    def of_programs(self) -> bool:
        """Answers programs: keys instead of sessions."""
        return self.route.startswith(("api/", "^api/", "hooks/", "health"))

    @property
    def public(self) -> bool:
        """Open to people who are not signed in, by the view's own word."""
        return getattr(self.view, "login_required", True) is False


def all_routes() -> list[Route]:
    """Every route of ours; allauth's with ids in them are its own affair."""
    found = _flatten(get_resolver().url_patterns, "", "")
    return [route for route in found if not (route.of_allauth and ("<" in route.route or "(" in route.route))]


def _flatten(patterns: list[Any], before: str, space: str) -> Iterator[Route]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else space
            yield from _flatten(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield Route(route, f"{space}{pattern.name or ''}", pattern.callback)
