from django import forms
from django.utils.translation import gettext_lazy as _

from papers.discussion import rules
from papers.discussion.models import Thread
from papers.members.forms import LineField, MembersForm
from papers.notes.drafts import Kept
from papers.notes.forms import TextForm


class BylineForm(TextForm):
    """A text in a thread, under one's name or without it."""

    byline = forms.ChoiceField(
        label=_("Under which name"),
        choices=[(rules.NAME, _("Under my name")), (rules.ALIAS, _("Anonymously"))],
        required=False,
    )


class ThreadForm(BylineForm):
    """A new thread with its opening post."""

    kept: Kept | None = None
    kind = forms.ChoiceField(label=_("Kind"), choices=Thread.Kind.choices, initial=Thread.Kind.QUESTION)
    title = LineField(label=_("Title"), required=False)


def thread_form_of(draft: Kept | None) -> ThreadForm:
    """Return the form for a new thread, with the draft of one in it."""
    if draft is None:
        return ThreadForm()
    known = {name: draft.beside[name] for name in ("kind", "title", "byline") if name in draft.beside}
    form = ThreadForm(initial={"kind": Thread.Kind.QUESTION, **known, "body": draft.body, "draft": draft.stamp})
    form.kept = draft
    return form


class PostForm(BylineForm):
    """An answer in a thread."""


class BeforeForm(forms.Form):
    """The post that a page of earlier posts ends before."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class VersionForm(forms.Form):
    """One of the versions of a post."""

    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class ModerationForm(MembersForm):
    """What an organiser does with a post or its thread, and why."""

    ids = "moderation"

    act = forms.ChoiceField(choices=[(act, act) for act in ("hide", "show", "lock", "unlock", "move", "unmask")])
    because = LineField(label=_("Reason"), required=False)
    number = forms.IntegerField(
        label=_("Number of the paper to which the thread moves"), required=False, min_value=1, max_value=2**31 - 1
    )
