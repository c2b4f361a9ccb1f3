"""Campaign Details as they were typed, beside what stood there then, and what is wrong with them."""

from dataclasses import asdict, dataclass, field
from typing import Final

from django.http import QueryDict

from threadline.campaigns.editing.details import Details
from threadline.campaigns.models import Campaign

_NAMES: Final = ("name", "owner", "list")


@dataclass
class DetailsForm:
    """`owner` and `list` are public ids. `seen` goes along with the form: see details.save."""

    name: str
    owner: str
    list: str
    seen: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def saved(cls, campaign: Campaign) -> "DetailsForm":
        stands = asdict(Details.of(campaign))
        return cls(**stands, seen=stands)

    @classmethod
    def typed(cls, given: QueryDict, campaign: Campaign) -> "DetailsForm":
        """As posted; what the form had no field for, because it was locked, stands as it is saved."""
        form = cls.saved(campaign)
        for name in _NAMES:
            setattr(form, name, given.get(name, getattr(form, name)))
            form.seen[name] = given.get(f"seen_{name}", form.seen[name])
        return form

    def given(self) -> tuple[Details, Details]:
        """What is wanted, and what was seen."""
        return Details(self.name, self.owner, self.list), Details(**self.seen)

    def blame(self, errors: dict[str, str], campaign: Campaign) -> None:
        """What is wrong goes beside its field; saved again, it is against what stands now.

        So a field that nobody touched follows what stands now: its old value would take back a colleague's change.
        """
        stands = asdict(Details.of(campaign))
        for name, value in stands.items():
            if getattr(self, name) == self.seen[name]:
                setattr(self, name, value)
        self.errors, self.seen = errors, stands
