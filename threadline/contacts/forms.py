"""The form of one person. It remembers what it showed, so that only what somebody changed is written."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from threadline.accounts.forms import zones
from threadline.accounts.models import Workspace
from threadline.contacts import finding, tags
from threadline.contacts.alike import folded
from threadline.contacts.editing import CUSTOM
from threadline.contacts.models import Contact, ContactList
from threadline.contacts.naming import BadName
from threadline.contacts.people import LONGEST_VALUE
from threadline.lib import phones

PLAIN: Final = ("name", "phone", "first_name", "last_name", "company", "email", "timezone")


class PersonForm(forms.Form):
    """Fields of ours, `custom.<key>` for each custom field, and the public ids of the lists."""

    name = forms.CharField(
        label=_("Name"), max_length=160, required=False, help_text=_("In full. Empty: first and last name together.")
    )
    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    phone = forms.CharField(
        label=_("Phone number"), max_length=80, widget=forms.TextInput({"type": "tel", "autocomplete": "off"})
    )
    company = forms.CharField(label=_("Company"), max_length=160, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False, widget=forms.EmailInput())
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_("When they are somewhere else than their number."),
    )
    tags = forms.CharField(label=_("Tags"), required=False, help_text=_("With commas between them: VIP, roofer."))
    lists = forms.MultipleChoiceField(label=_("Lists"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        workspace: Workspace,
        lists: Iterable[ContactList],
        labels: Mapping[str, str],
        contact: Contact | None = None,
        on: Iterable[str] = (),
        tagged: Iterable[str] = (),
    ) -> None:
        """`labels` are the custom fields by key, `on` the public ids of the lists, `tagged` the names of the tags."""
        initial = {name: getattr(contact, name) for name in PLAIN} if contact else {}
        values = contact.fields if contact else {}
        super().__init__(data, initial=initial | {"lists": list(on), "tags": ", ".join(tagged)})
        self.workspace, self.contact = workspace, contact
        for key, label in labels.items():
            self.fields[CUSTOM + key] = _custom(label, str(values.get(key, "")))
        zone = self.fields["timezone"]
        assert isinstance(zone, forms.ChoiceField)
        offered = {"": str(_("As their number says")), **dict(zones())}
        if contact:  # a program may know zones that we do not offer
            offered.setdefault(contact.timezone, contact.timezone)
        zone.choices = list(offered.items())
        choice = self.fields["lists"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = [(one.public_id, one.name) for one in lists]
        for field in self.fields.values():
            field.show_hidden_initial = contact is not None

    def clean_phone(self) -> str:
        """In E.164, of nobody else; a number that was not touched stays as it is, whatever it looks like."""
        typed: str = self.cleaned_data["phone"]
        if self.contact and "phone" not in self.changed_data:
            return self.contact.phone
        parsed = phones.parse(typed, self.workspace.country)
        if parsed.e164 is None:
            raise forms.ValidationError(str(parsed.reason.sentence))
        if taken := self.taken_by(parsed.e164):
            raise forms.ValidationError(taken)
        return parsed.e164

    def clean_email(self) -> str:
        """One that was not touched stays as it is, too: imports take whatever stands in the file."""
        typed: str = self.cleaned_data["email"]
        if typed and "email" in self.changed_data:
            validate_email(typed)
        return typed

    def clean_tags(self) -> tuple[list[str], list[str]]:
        """Names of the tags that were typed and of those that were taken away: what they had already is no matter."""
        try:
            typed, shown = tags.split(self.cleaned_data["tags"]), tags.split(self.shown_tags if self.contact else "")
        except BadName as problem:
            raise forms.ValidationError(str(problem)) from None
        known, kept = ({folded(name) for name in names} for names in (shown, typed))
        on = [name for name in typed if folded(name) not in known]
        if len(on) > tags.MOST:
            raise forms.ValidationError(gettext("At most %(n)s tags at once.") % {"n": tags.MOST})
        return on, [name for name in shown if folded(name) not in kept]

    def taken_by(self, phone: str) -> str:
        """The sentence that names whose number it is; "" when it is nobody else's.

        Somebody deleted is brought back by being added, but nobody can take over their number.
        """
        other = finding.owner(self.workspace, phone)
        if other is None or (other.deleted_at and not self.contact):
            return ""
        if other == self.contact:  # a merge can only be undone while it is known which number was whose
            words = gettext("They have this number too. To make it the first, undo the merge and keep the other one.")
            return "" if phone == other.phone else words
        if other.deleted_at:
            return gettext("This is the number of somebody who is deleted.")
        page = reverse("contacts:person", args=[other.public_id])
        link = format_html('<a href="{}">{}</a>', page, other.name or phones.display(phone))
        return format_html("<span>{}</span>", format_html(gettext("This is the number of {}."), link))

    def changes(self) -> dict[str, str]:
        """What was changed, by field: ours by name, custom ones as `custom.<key>`; lists are apart."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name not in ("lists", "tags")}

    @property
    def shown_tags(self) -> str:
        """The tags as they stood when the page was shown."""
        if self.is_bound:
            return str(self.data.get(self["tags"].html_initial_name, ""))
        return str(self.initial["tags"])

    def list_changes(self) -> tuple[set[str], set[str]]:
        """Public ids of the lists that were ticked and of those that were unticked."""
        ticked, shown = set(self.cleaned_data["lists"]), set(self.shown_lists if self.contact else ())
        return ticked - shown, shown - ticked

    @property
    def shown_lists(self) -> list[str]:
        """Public ids of the lists that were ticked when the page was shown."""
        if self.is_bound:
            return list(self.data.getlist(self["lists"].html_initial_name))  # type: ignore[attr-defined]
        return list(self.initial["lists"])

    @property
    def own(self) -> list[forms.BoundField]:
        return [self[name] for name in PLAIN]

    @property
    def custom(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(CUSTOM)]


def _custom(label: str, value: str) -> forms.CharField:
    """A value of several lines keeps them."""
    widget = forms.Textarea({"rows": 3}) if "\n" in value else forms.TextInput()
    longest = max(LONGEST_VALUE, len(value))
    return forms.CharField(label=label, required=False, initial=value, max_length=longest, widget=widget)
