"""What a browser may send about macros."""

from django import forms
from django.utils.translation import gettext_lazy as _

from papers.members.forms import LineField, MembersForm


class MacroForm(MembersForm):
    """One macro: its name without the backslash, how many arguments it has, and what it stands for."""

    ids = "macro"

    name = LineField(label=_("Name"), max_length=31, help_text=_("Letters only: RR for \\RR."))
    arguments = forms.IntegerField(
        label=_("Arguments"),
        min_value=0,
        max_value=9,
        initial=0,
        help_text=_("The definition calls them #1, #2 and so on."),
    )
    definition = LineField(label=_("Definition"), max_length=500, help_text=_("LaTeX, without dollars: \\mathbb{R}"))
