"""What people fill in about themselves and the group."""

from django import forms
from django.utils.translation import gettext_lazy as _


class JoinForm(forms.Form):
    """What joining asks beside the address; allauth's sign-up form is built on it."""

    name = forms.CharField(label=_("Your name"), max_length=80)

    def signup(self, request, user) -> None:
        user.name = self.cleaned_data["name"]
