"""What a browser may send of minutes."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from papers.catalogue.forms import address_field
from papers.minutes.models import Material
from papers.notes.forms import EditForm
from papers.refusals import Refused

__all__ = ["EditForm", "LineForm", "MaterialForm", "VersionForm"]


class LineForm(forms.Form):
    line = forms.CharField(label=_("Add a line"), max_length=2000, required=False)


class VersionForm(forms.Form):
    """Which version is to stand again, and the one that was there when this was asked."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    seen = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class MaterialForm(forms.ModelForm):
    url = address_field(label=_("Address"))

    class Meta:
        model = Material
        fields = ("kind", "url", "title")
        help_texts = {"title": _("Such as the paper they belong to.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "material-%s", "label_suffix": "", **kwargs})

    def accepted(self) -> dict[str, Any]:
        """Return the readable values. Raises Refused (422) naming each field that is not understood."""
        if not self.is_valid():
            reasons = [f"{self[name].label}: {reason}" for name, errors in self.errors.items() for reason in errors]
            raise Refused(" ".join(reasons), status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.cleaned_data
