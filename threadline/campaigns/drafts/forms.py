"""The form that creates a campaign, as it was typed: what stands in each field, and what is wrong with it."""

from dataclasses import dataclass, field

from django.http import QueryDict

from threadline.accounts.requests import MemberRequest
from threadline.campaigns.drafts import creating


@dataclass
class DetailsForm:
    """Create a campaign. `list` and `number` are public ids; errors are sentences by field."""

    name: str = ""
    number: str = ""
    owner: str = ""
    list: str = ""
    acknowledged: bool = False
    channel: str = "sms"
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def typed(cls, given: QueryDict) -> "DetailsForm":
        return cls(
            given.get("name", ""),
            given.get("number", ""),
            given.get("owner", ""),
            given.get("list", ""),
            bool(given.get("acknowledged")),
            given.get("channel", "sms"),
        )

    def details(self) -> creating.Details:
        return creating.Details(self.name, self.number, self.list, self.owner, self.acknowledged, self.channel)


def fresh(request: MemberRequest) -> DetailsForm:
    """The default number and oneself are chosen already; a list may be given by the address."""
    default = request.workspace.numbers.textable().default_first().first()
    return DetailsForm(
        number=default.public_id if default else "",
        owner=request.member.public_id,
        list=request.GET.get("list", ""),
    )
