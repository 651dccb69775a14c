"""What a browser may send of a text. Whether it may be saved is said by the rules."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Self

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from papers.notes import structure
from papers.notes.drafts import Kept
from papers.notes.models import Note
from papers.refusals import Refused

FREE, TEMPLATE = "free", "template"
# What of a draft is its text, or is no part of it.
NOT_BESIDE = {*structure.FIELDS, *("body", "draft", "shape", "headings", "target", "writer", "version")} | {
    "csrfmiddlewaretoken"
}
MOST_BESIDE = 10


class Words(forms.CharField):
    """A text in Markdown, with the line ends people write and not those that browsers send."""

    def __init__(self, **options: Any) -> None:
        # Leading spaces mean something in Markdown.
        super().__init__(**{"strip": False, "required": False, **options})

    def clean(self, value: Any) -> str:
        return super().clean(value).replace("\r\n", "\n").rstrip()


class TextForm(forms.Form):
    """The one field of everything written in Markdown."""

    body = Words(label=_("Text"))
    # The draft that the page knew of when the text was sent: saving the text makes an end of that one.
    draft = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)

    def accepted(self) -> dict[str, Any]:
        """Return the readable values. Raises Refused (422) naming each field that is not understood."""
        if not self.is_valid():
            reasons = [f"{self[name].label}: {reason}" for name, errors in self.errors.items() for reason in errors]
            raise Refused(" ".join(reasons), status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.cleaned_data


class NoteForm(TextForm):
    """A new note: one text, or the five fields of the template; either way `body` is all of it."""

    shape = forms.ChoiceField(choices=[(FREE, FREE), (TEMPLATE, TEMPLATE)], required=False)
    headings = forms.ChoiceField(choices=[(code, code) for code in structure.HEADINGS], required=False)
    visibility = forms.ChoiceField(label=_("Who can read it"), choices=Note.Visibility.choices, required=False)
    problem = Words(label=_("Problem"), help_text=_("What is it about, and why is it hard?"))
    idea = Words(label=_("Idea"), help_text=_("What do they do that others did not?"))
    evidence = Words(label=_("Evidence"), help_text=_("Which experiment, figure or proof convinces you?"))
    doubt = Words(label=_("Doubt"), help_text=_("What do you not believe, or not understand?"))
    lineage = Words(label=_("Lineage"), help_text=_("What does it build on, and what came of it?"))

    # The draft that is shown in the form, and what the fields hold without it.
    kept: Kept | None = None
    saved: Mapping[str, str] = {}

    @classmethod
    def of(cls, body: str = "", *, shape: str = "", **facts: Any) -> Self:
        """Return the form with this text in it: in the five fields if they made it or are asked for."""
        parsed = structure.parse(body) if shape != FREE else None
        language = get_language() or structure.DEFAULT
        if parsed is None and shape == TEMPLATE:
            parsed = {structure.HOME: body}, language
        fields, headings = parsed or ({}, language)
        facts.setdefault("visibility", Note.Visibility.GROUP)
        shape = FREE if parsed is None else TEMPLATE
        return cls(initial={**facts, **fields, "body": body, "headings": headings, "shape": shape})

    @classmethod
    def with_draft(cls, draft: Kept, *, saved: str = "", **facts: Any) -> Self:
        """Return the form with a draft in it, and what was `saved` before beside it."""
        parsed = structure.parse(saved)
        # Fields can only be set back to fields.
        shape = FREE if saved and parsed is None else ""
        form = cls.of(draft.body, shape=shape, **facts, draft=draft.stamp)
        form.kept, form.saved = draft, {"body": saved, **(parsed[0] if parsed else {})}
        return form

    @property
    def is_template(self) -> bool:
        return self["shape"].value() == TEMPLATE

    @property
    def parts(self) -> list[tuple[forms.BoundField, str]]:
        """The five fields, each with what was saved in it."""
        return [(self[name], self.saved.get(name, "")) for name in structure.FIELDS]

    def reshaped(self, **facts: Any) -> Self:
        """Return the form with the same words in the other shape."""
        sent = self.accepted()
        kept = {name: sent[name] for name in ("version", "visibility", "draft") if sent.get(name)}
        return self.of(sent["body"], shape=FREE if self.is_template else TEMPLATE, **{**kept, **facts})

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("shape") == TEMPLATE:
            said["body"] = structure.compose(said, said.get("headings") or structure.DEFAULT)
        said["visibility"] = said.get("visibility") or None
        return said


class EditForm(TextForm):
    """Changed words, and the version that was on the screen when the change began."""

    version = forms.IntegerField(label=_("Version"), min_value=1, max_value=2**31 - 1)


class NoteEditForm(NoteForm):
    """A changed note, and the version that was on the screen when the change began."""

    version = forms.IntegerField(label=_("Version"), min_value=1, max_value=2**31 - 1)


class DraftForm(NoteForm):
    """A text that is being written, with whatever stands beside it."""

    target = forms.CharField(max_length=60)
    writer = forms.CharField(required=False, max_length=40)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)

    def beside(self) -> dict[str, str]:
        """Return the short fields that came along, by name: a title, a kind."""
        others = {name: value for name, value in self.data.items() if name not in NOT_BESIDE}
        return {name[:40]: str(value)[:300] for name, value in list(others.items())[:MOST_BESIDE]}


class RestoreForm(forms.Form):
    """Which version is to stand again, and the one that was there when this was asked."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    seen = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class SeenForm(forms.Form):
    """The instant a page was made, as ISO 8601; without it, now."""

    at = forms.DateTimeField(required=False)
