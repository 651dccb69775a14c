"""What people fill in who join or ask to, and organisers who invite them."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from papers.joining import rules
from papers.members.account_forms import CODE_BOX
from papers.members.forms import LANGUAGES, AddressField, LineField, MembersForm, NameField, PersonForm
from papers.members.models import Role
from papers.members.rules import known_zones


class JoinForm(PersonForm):
    ids = "join"

    # Filled by the page's script with the browser's own; without it the group's counts.
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-time-zone": True}))

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"]
        return zone if zone in known_zones() else ""


class CodeForm(MembersForm):
    ids = "proof"

    code = forms.CharField(label=_("Code from the mail"), max_length=20, widget=forms.TextInput(attrs=CODE_BOX))


class ApplyForm(MembersForm):
    ids = "apply"

    name = NameField(label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = AddressField(label=_("Your e-mail address"), help_text=_("The answer goes there."))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial=get_language)
    sentence = forms.CharField(
        label=_("A sentence about you"),
        help_text=_("What you read or work on, and why you would like to join. The organisers read it."),
        max_length=rules.SENTENCE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class InviteForm(MembersForm):
    ids = "invite"

    note = LineField(
        label=_("For whom"),
        required=False,
        max_length=rules.NOTE_LENGTH,
        help_text=_("A note for you and the other organisers, such as “Seminar chat”."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.MEMBER)
    uses = forms.IntegerField(
        label=_("How many people"), min_value=rules.USES[0], max_value=rules.USES[-1], initial=10
    )
    days = forms.IntegerField(label=_("Good for, in days"), min_value=1, max_value=rules.DAYS[-1], initial=14)
