"""What a browser may send about claims."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from papers.catalogue.models import Part
from papers.members.forms import LineField, MembersForm
from papers.members.models import Member


class SwapForm(MembersForm):
    """The paper that is given for another one, of those the member holds, and a word about it."""

    ids = "swap"

    give = forms.TypedChoiceField(label=_("You give"), coerce=int)
    message = LineField(label=_("A word about it"), max_length=300, required=False)

    def __init__(self, *args: Any, mine: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["give"].choices = [(row["number"], f"#{row['number']} {row['title']}") for row in mine]


class PartnerForm(MembersForm):
    """Whom to ask to present a paper together."""

    ids = "partner"

    member = forms.ModelChoiceField(
        label=_("Whom do you ask?"), queryset=Member.objects.none(), empty_label=_("Choose somebody")
    )

    def __init__(self, *args: Any, people: QuerySet[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["member"].queryset = people


class HandOutForm(MembersForm):
    """Which parts are handed out (none: all), the seed that decides between equals, and the plan that was seen."""

    ids = "hand-out"

    parts = forms.ModelMultipleChoiceField(
        label=_("Parts"),
        queryset=Part.objects.filter(reading_list__archived_at=None).order_by("number"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a choice, all free papers of the list."),
    )
    seed = forms.IntegerField(
        label=_("Number for the draw"),
        help_text=_("It decides between equals. The same number gives the same plan."),
        min_value=0,
        max_value=999_999,
        initial=1,
    )
    seen = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
