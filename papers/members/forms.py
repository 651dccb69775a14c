"""What people fill in about themselves and the group."""

import datetime as dt
import functools
import zoneinfo
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from papers import lines
from papers.countries.names import NAMES
from papers.members import rules
from papers.members.away import is_digest_paused
from papers.members.models import Every, Group, Member, Role, WatchLevel, Weekday
from papers.members.queries import SETTINGS, fingerprint, settings_of
from papers.refusals import Refused


class LineField(forms.CharField):
    """A line of text, tidied; empty when nothing of it can be seen."""

    def to_python(self, value: Any) -> str:
        line = lines.tidy(super().to_python(value) or "")
        return line if lines.can_be_seen(line) else ""


class NameField(forms.CharField):
    """The name of a person or a group: one line, with something in it that can be seen."""

    def __init__(self, *, max_length: int = rules.NAME_LENGTH, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def clean(self, value: Any) -> str:
        name = lines.tidy(super().clean(value))
        why = rules.why_not_name(name, longest=self.max_length or rules.NAME_LENGTH) if name or self.required else None
        if why is not None:
            raise forms.ValidationError(why)
        return name


class MembersForm(forms.Form):
    """What the forms about members and the group have in common."""

    # Several forms stand on one page: each begins its fields' ids in its own way.
    ids = "id"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.ids}-%s", **kwargs})

    def accepted(self) -> dict[str, Any]:
        """Return the readable values. Raises Refused (422) when a field is not understood; the fields say which."""
        if not self.is_valid():
            sentence = gettext("Nothing was saved yet: something in the form is not understood. It is marked below.")
            raise Refused(sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.cleaned_data


# --- Languages and zones

# Each in its own words, for somebody who cannot read the others.
LANGUAGES = (("zh-hans", "中文"), ("en", "English"))

REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}

ZoneChoices = list[tuple[str, Any]]


class ZoneField(forms.ChoiceField):
    """The name of a time zone, chosen by the place; beside it how far its clocks are from UTC today."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=lambda: zone_choices(timezone.now()), **kwargs)

    def keep(self, name: str | None) -> None:
        """Offer this zone too: one that was chosen elsewhere may be in no list, such as PRC."""
        if name and name not in rules.zone_names():
            self.choices = [(name, name), *zone_choices(timezone.now())]


def zone_choices(now: dt.datetime) -> ZoneChoices:
    """Return the zones by region as a select groups them, each with its offset at `now`."""
    groups: dict[str, ZoneChoices] = {region: [] for region in REGIONS}
    for name in rules.zone_names():
        region, _slash, place = name.partition("/")
        if place:
            label = f"{place.replace('_', ' ').replace('/', ' / ')} ({offset(name, now)})"
            groups[region].append((name, label))
    return [("UTC", "UTC"), *((str(REGIONS[region]), zones) for region, zones in groups.items())]


def offset(name: str, now: dt.datetime) -> str:
    """Return how far the zone's clocks are from UTC at `now`, such as UTC+5:30."""
    minutes = int((zone(name).utcoffset(now.astimezone(zone(name))) or dt.timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


@functools.cache
def zone(name: str) -> zoneinfo.ZoneInfo:
    """Return the zone; Python itself remembers only the last eight."""
    return zoneinfo.ZoneInfo(name)


# --- Coming in


class AddressField(forms.EmailField):
    """An e-mail address in lower case, as all are kept."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=rules.ADDRESS_LENGTH, **kwargs)

    def clean(self, value: Any) -> str:
        return super().clean(value).lower()


class PersonForm(MembersForm):
    """Who somebody is who is about to come in, and perhaps a password."""

    name = NameField(label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = AddressField(label=_("Your e-mail address"))
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least eight characters. Without one you sign in by a code that is mailed to you."),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("password"):
            somebody = Member(name=data.get("name", ""), email=data.get("email", ""))
            try:
                validate_password(data["password"], somebody)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class FirstOrganiserForm(PersonForm):
    ids = "first"


# --- Oneself


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=LANGUAGES)


class ProfileForm(MembersForm):
    ids = "profile"

    name = NameField(
        label=_("Name"),
        help_text=_("The group reads it beside what you write and present."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=LANGUAGES, help_text=_("The site and its mails speak this language to you.")
    )
    time_zone = ZoneField(label=_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clock = f"{timezone.localtime():%H:%M}"
        self.fields["time_zone"].help_text = gettext(
            "All times are shown on your clock, where it is %(time)s now."
        ) % {"time": clock}
        self.fields["time_zone"].keep(self.initial.get("time_zone"))  # type: ignore[attr-defined]


def profile_form(member: Member, sent: Mapping[str, Any] | None = None) -> ProfileForm:
    """Return the form with what the member has now, or with what they sent."""
    return ProfileForm(sent, initial={name: getattr(member, name) for name in ("name", "language", "time_zone")})


class MailsForm(MembersForm):
    ids = "mails"

    wants_reminders = forms.BooleanField(
        label=_("Remind me of sessions, and of papers I present"),
        required=False,
        help_text=_(
            "Three days before, what is left to read; a day before; and when a session is moved or cancelled."
        ),
    )
    quiet_nights = forms.BooleanField(
        label=_("Let me sleep: no mails from 21:00 to 8:00 on my clock"),
        required=False,
        help_text=_("They come in the morning, unless that is too late. The digest keeps its own hour."),
    )
    wants_digest = forms.BooleanField(
        label=_("Send me the weekly digest"),
        required=False,
        help_text=_("Once a week, what is new to you. When nothing is new, no mail comes."),
    )
    digest_weekday = forms.TypedChoiceField(label=_("Day of the digest"), coerce=int, choices=Weekday.choices)
    digest_hour = forms.TypedChoiceField(
        label=_("Hour of the digest"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)]
    )
    digest_every = forms.ChoiceField(label=_("How often"), choices=Every.choices)
    digest_pause = forms.BooleanField(
        label=_("Pause the digest for four weeks"),
        required=False,
        help_text=_("The first one after that has what was new meanwhile."),
    )
    watches_usually = forms.ChoiceField(
        label=_("Discussions of papers"),
        choices=[("", _("As usual: all of what I take part in")), *WatchLevel.choices],
        required=False,
        help_text=_("For each paper you can choose something else on its page."),
    )


def mails_form(member: Member, sent: Mapping[str, Any] | None = None) -> MailsForm:
    """Return the form with what the member wishes now, or with what they sent."""
    now = {name: getattr(member, name) for name in MailsForm.base_fields if hasattr(member, name)}
    return MailsForm(sent, initial=now | {"digest_pause": is_digest_paused(member)})


# --- The group


def number_field(name: str, label: Any, **kwargs: Any) -> forms.IntegerField:
    allowed = rules.NUMBERS[name]
    return forms.IntegerField(label=label, min_value=allowed[0], max_value=allowed[-1], **kwargs)


class SettingsForm(MembersForm):
    """The settings of the group, and the fingerprint of those that were on the screen."""

    ids = "group"

    name = NameField(label=_("Name of the group"), max_length=rules.GROUP_NAME_LENGTH)
    welcome = forms.CharField(
        label=_("About the group"),
        help_text=_("What somebody reads who thinks about joining."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=LANGUAGES,
        help_text=_(
            "For visitors whose browser asks for neither, and for new members. Each member chooses their own."
        ),
    )
    time_zone = ZoneField(
        label=_("Time zone"),
        help_text=_(
            "For new members and new sessions. Sessions that are already planned keep their zone and time; "
            "move them one by one if they should change."
        ),
    )
    country = forms.ChoiceField(
        label=_("Holidays of"),
        required=False,
        help_text=_("National holidays are left out when sessions are planned, unless you want to meet on one."),
    )
    starts_on = forms.DateField(
        label=_("First day"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The weeks of the plan are counted from here. Sessions that are already planned stay."),
    )
    first_goal = number_field("first_goal", _("First goal, in papers"))
    goal = number_field("goal", _("Whole goal, in papers"))
    weeks = number_field("weeks", _("Weeks for the whole goal"))
    papers_per_week = number_field("papers_per_week", _("Pace, in papers a week"))
    claim_cap = number_field(
        "claim_cap",
        _("Papers one member may hold at a time"),
        help_text=_("Who holds more than a lower number allows keeps them until they are presented or released."),
    )
    waiting_cap = number_field(
        "waiting_cap",
        _("Lines one member may stand in at a time"),
        help_text=_("Beside the papers they hold. With 0 nobody waits in line."),
    )
    bids_first = forms.BooleanField(
        label=_("In the first 48 hours of a part its papers take bids only"),
        help_text=_(
            "So that those in far zones are not too late. Afterwards you hand papers out, or whoever is first claims."
        ),
        required=False,
    )
    first_thoughts = forms.BooleanField(
        label=_("First thoughts first: what others wrote about a paper opens when one has written oneself"),
        help_text=_("Or when its session starts, or at one’s own wish. It can be turned off for single papers."),
        required=False,
    )
    anonymous_posts = forms.BooleanField(
        label=_("Members may write in threads without their name"),
        help_text=_(
            "Others see an alias. An organiser can look up who it is, for a reason, "
            "which is logged and told to the author."
        ),
        required=False,
    )
    members_may_edit = forms.BooleanField(
        label=_("Members may correct the list, not only organisers"),
        help_text=_("Records, remarks, links and lineage; every change is kept and can be undone."),
        required=False,
    )
    signup = forms.ChoiceField(label=_("Who may join"), choices=Group.Signup.choices, widget=forms.RadioSelect)
    # Without it nobody can say what was on the screen, so the first try is refused as a conflict.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].keep(self.initial.get("time_zone"))  # type: ignore[attr-defined]
        names = sorted((str(name), code) for code, name in NAMES.items())
        nowhere = ("", _("No country: national holidays do not count"))
        self.fields["country"].choices = [nowhere, *((code, name) for name, code in names)]  # type: ignore[attr-defined]

    def clean_welcome(self) -> str:
        """Return the text with the line ends people write, not those that browsers send."""
        return self.cleaned_data["welcome"].replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        for name, reason in rules.why_not_settings(self.cleaned_data).items():
            self.add_error(name, reason)
        return self.cleaned_data

    def accepted(self) -> dict[str, Any]:
        """Return the settings without the fingerprint. Raises Refused (422) as the other forms do."""
        return {name: value for name, value in super().accepted().items() if name in SETTINGS}


def settings_form(group: Group, sent: Mapping[str, Any] | None = None) -> SettingsForm:
    """Return the form with the group's settings as they are, or with what was sent."""
    seen = fingerprint(settings_of(group))
    return SettingsForm(sent, initial={**{name: getattr(group, name) for name in SETTINGS}, "seen": seen})


class RoleForm(MembersForm):
    """A role, and the one that was on the screen when it was chosen."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    seen = forms.ChoiceField(choices=Role.choices)


class PageForm(forms.Form):
    """Where a list goes on. What is not understood is left out, as a bookmark may be old."""

    before = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)

    def wanted(self) -> int | None:
        return self.cleaned_data.get("before") if self.is_valid() else None


class AwayForm(MembersForm):
    """The first and the last day on which somebody is away."""

    ids = "away"

    first = forms.DateField(
        label=_("First day away"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )
    last = forms.DateField(
        label=_("Last day away"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )
