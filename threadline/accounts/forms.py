"""Forms of the people's pages."""

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from threadline.accounts.countries import COUNTRIES
from threadline.accounts.models import Role, User, Workspace
from threadline.lib import phones


def zones() -> list[tuple[str, str]]:
    """Every IANA zone named by a place, and UTC, as choices."""
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class WorkspaceForm(forms.ModelForm):  # type: ignore[type-arg]
    country = forms.ChoiceField(
        label=_("Country"),
        choices=lambda: list(COUNTRIES.items()),
        help_text=_("A phone number typed without a country code is read as a number of this country."),
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, help_text=_("Quiet hours and reports follow this clock.")
    )

    class Meta:
        model = Workspace
        fields = ("name", "country", "timezone")
        labels = {"name": _("Workspace name")}


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=lambda: [("", _("As this browser says")), *zones()],
        help_text=_("Times on every page are shown in this zone."),
    )

    class Meta:
        model = User
        fields = ("name", "phone", "timezone")
        labels = {"name": _("Your name"), "phone": _("Your phone")}
        help_texts = {"phone": _("Test texts of campaigns go to it. With country code, like +1 813 555 1234.")}
        widgets = {"phone": forms.TextInput({"type": "tel", "autocomplete": "tel", "maxlength": 40})}

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"].strip()
        found = phones.parse(typed)
        if typed and found.e164 is None:
            raise forms.ValidationError(str(found.reason.sentence))
        return found.e164 or ""


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class JoinForm(forms.Form):
    """Somebody new opens an invitation link: who they are, and a password."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(label=_("E-mail"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 8 characters, and not a common one."),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(
                _("Somebody signs in with this e-mail address already. Is it you? Sign in, then open the link again.")
            )
        return email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if password := data.get("password"):
            try:
                validate_password(password, User(email=data.get("email", ""), name=data.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data
