import re

from django import forms
from django.utils.translation import gettext_lazy as _

from papers.members.forms import MembersForm


class MergeForm(MembersForm):
    """The number of the paper that stays."""

    ids = "merge"

    into = forms.CharField(label=_("Number of the paper that stays"), max_length=12)

    def clean_into(self) -> int:
        match = re.fullmatch(r"\s*#?([0-9]{1,9})\s*", self.cleaned_data["into"])
        if match is None:
            raise forms.ValidationError(_("Please give the paper's list number, such as 11."))
        return int(match[1])
