"""What a browser may send about claims."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from papers.members.forms import LineField, MembersForm


class SwapForm(MembersForm):
    """The paper that is given for another one, of those the member holds, and a word about it."""

    ids = "swap"

    give = forms.TypedChoiceField(label=_("You give"), coerce=int)
    message = LineField(label=_("A word about it"), max_length=300, required=False)

    def __init__(self, *args: Any, mine: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["give"].choices = [(row["number"], f"#{row['number']} {row['title']}") for row in mine]
