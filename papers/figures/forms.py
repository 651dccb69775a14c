from django import forms
from django.utils.translation import gettext_lazy as _

from papers.members.forms import LineField, MembersForm


class FigureForm(MembersForm):
    """A picture, and what it shows."""

    ids = "figure"

    file = forms.FileField(label=_("Picture"), required=False, allow_empty_file=True)
    alt = LineField(
        label=_("What does it show?"),
        help_text=_("For those who cannot see it, and for mails. A sentence is enough."),
        required=False,
    )
