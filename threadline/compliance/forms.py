"""The form of Settings → Compliance."""

from datetime import time
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from threadline.compliance.models import Policy

MOST_TEXTS: Final = 1000
MOST_DAYS: Final = 365


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Times are kept when quiet hours are off, so that switching them on again asks for nothing."""

    quiet_from = forms.TimeField(error_messages={"invalid": _("Write a time of day, like 21:00.")})
    quiet_to = forms.TimeField(error_messages={"invalid": _("Write a time of day, like 08:00.")})
    cap_texts = forms.IntegerField(required=False, min_value=1, max_value=MOST_TEXTS)
    cap_days = forms.IntegerField(required=False, min_value=1, max_value=MOST_DAYS)

    class Meta:
        model = Policy
        fields = ("quiet_hours", "quiet_from", "quiet_to", "demand_consent", "narrow_stop", "cap_texts", "cap_days")

    def clean_cap_days(self) -> int:
        """Empty is as it was: it means nothing without a number of texts."""
        days: int | None = self.cleaned_data["cap_days"]
        return self.instance.cap_days if days is None else days

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        begins: time | None = self.cleaned_data.get("quiet_from")
        if begins is not None and begins == self.cleaned_data.get("quiet_to"):
            self.add_error("quiet_to", _("Quiet hours that end when they begin leave no hour to text in."))
        return cleaned
