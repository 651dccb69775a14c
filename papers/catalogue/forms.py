"""What a browser may send about the list. Whether it may be done is said by the rules."""

import re
from http import HTTPStatus
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from papers import lines
from papers.catalogue.models import Lineage, Link, Paper, Part
from papers.catalogue.rules import mode_in_words
from papers.formats.ids import arxiv_id_in, doi_in
from papers.formats.reading import MOST_BYTES, decoded, format_of
from papers.members.forms import LineField, MembersForm
from papers.refusals import Refused

LARGEST = 2**31 - 1
FORMATS = (
    ("auto", _("Find out")),
    ("markdown", _("Markdown or plain text")),
    ("bibtex", "BibTeX"),
    ("ris", "RIS"),
    ("csv", "CSV"),
    ("json", _("JSON of this site")),
)
LANGUAGES = (("", "–"), ("zh", "中文"), ("en", "English"))


def mode_choices() -> list[tuple[str, str]]:
    """Return the ways of reading, each with what it stands for."""
    named, worth = _("%(mode)s (%(worth)s)"), {mode: mode_in_words(mode) for mode in Paper.Mode.values}
    return [
        (mode, str(named % {"mode": label, "worth": worth[mode]} if worth[mode] else label))
        for mode, label in Paper.Mode.choices
    ]


class LinesField(forms.CharField):
    """Several values, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=20_000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        found = [lines.tidy(line) for line in super().clean(value).splitlines()]
        if any(len(line) > 200 for line in found):
            raise forms.ValidationError(_("A line has more than 200 characters. Please write one name a line."))
        return list(dict.fromkeys(filter(None, found)))


def address_field(**kwargs: Any) -> forms.URLField:
    return forms.URLField(
        max_length=1000, assume_scheme="https", validators=[URLValidator(schemes=["http", "https"])], **kwargs
    )


class PaperForm(MembersForm):
    """A paper's record, and the version that was on the screen. A title alone is enough."""

    ids = "paper"

    title = LineField(label=_("Title"), max_length=500)
    aliases = LinesField(label=_("Short names"), help_text=_("One a line; the first is shown in the lineage."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Paper.Kind.choices)
    authors = LinesField(label=_("Authors"), help_text=_("One a line, in the order of the paper."))
    authors_complete = forms.BooleanField(label=_("All authors are named"), required=False)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1000, max_value=9999)
    month = forms.IntegerField(label=_("Month"), required=False, min_value=1, max_value=12)
    arxiv_id = forms.CharField(label=_("arXiv id"), required=False, max_length=200)
    doi = forms.CharField(label=_("DOI"), required=False, max_length=200)
    url = address_field(label=_("Address"), required=False)
    mode = forms.ChoiceField(label=_("How it is read"), choices=lambda: mode_choices())
    abstract = forms.CharField(
        label=_("Abstract"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST)

    def clean_arxiv_id(self) -> str | None:
        text = self.cleaned_data["arxiv_id"].strip()
        found = arxiv_id_in(text)
        if text and found is None:
            raise forms.ValidationError(_("This is no arXiv id. One looks like 1706.03762 or hep-th/9901001."))
        return found[0] if found else None

    def clean_doi(self) -> str | None:
        text = self.cleaned_data["doi"].strip()
        found = doi_in(text)
        if text and found is None:
            raise forms.ValidationError(_("This is no DOI. One looks like 10.1000/xyz123."))
        return found

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("month") and not self.cleaned_data.get("year"):
            self.add_error("month", _("A month needs its year."))
        return self.cleaned_data


def text_field(label: Any, rows: int) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": rows}))


class RemarksForm(MembersForm):
    """The curator's remark, what is wrong with it, and where that can be seen."""

    ids = "remark"

    remark_zh = text_field(_("Remark in Chinese"), 5)
    remark_en = text_field(_("Remark in English"), 5)
    correction_zh = text_field(_("Correction in Chinese"), 2)
    correction_en = text_field(_("Correction in English"), 2)
    correction_source = LineField(
        label=_("Source of the correction"),
        required=False,
        max_length=500,
        help_text=_("An address, or an arXiv id such as arXiv:1706.03762."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST)

    def clean(self) -> dict[str, Any]:
        return {
            name: value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
            for name, value in self.cleaned_data.items()
        }


class NewPaperForm(MembersForm):
    """One line about a paper, and the part in which it shall stand."""

    ids = "new"

    said = LineField(
        label=_("Title, arXiv id, DOI or address"),
        max_length=1000,
        help_text=_(
            "A title alone is enough. For an arXiv id or a DOI the facts are filled in when the source answers."
        ),
    )
    part = forms.ModelChoiceField(label=_("Part"), queryset=Part.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = Part.objects.filter(reading_list__archived_at=None).order_by("number")
        self.fields["part"].queryset = parts  # type: ignore[attr-defined]


class ImportForm(MembersForm):
    """A list as text or as a file, and its format."""

    ids = "import"

    text = forms.CharField(
        label=_("The list"),
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Paste Markdown, plain text, BibTeX, RIS, CSV or our own JSON, or choose a file below."),
    )
    file = forms.FileField(label=_("File"), required=False, allow_empty_file=True)
    format = forms.ChoiceField(label=_("Format"), choices=FORMATS)

    def source(self) -> tuple[str, str]:
        """Return the text and its format. Raises Refused (422, 413 for a file that is too large)."""
        said = self.accepted()
        file = said["file"]
        if file is None:
            return said["text"], said["format"]
        if file.size > MOST_BYTES:
            sentence = gettext("The file has more than %(most)d MB, so nothing was read. Please split it.")
            raise Refused(sentence % {"most": MOST_BYTES // 1_000_000}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        text = decoded(file.read())
        return text, said["format"] if said["format"] != "auto" else format_of(text, file.name)


class TitlesForm(MembersForm):
    """A title in both languages; one of them is enough."""

    ids = "titles"

    title_zh = LineField(label=_("Chinese title"), max_length=200, required=False)
    title_en = LineField(label=_("English title"), max_length=200, required=False)


class ProposalForm(MembersForm):
    """A paper that somebody would like to read, and why."""

    ids = "proposal"

    said = LineField(label=_("Title, arXiv id, DOI or address"), max_length=1000)
    reason = LineField(label=_("Why"), max_length=1000, required=False)


class AnswerForm(MembersForm):
    """Why a proposal is declined."""

    answer = LineField(label=_("Why not"), max_length=1000, required=False)


class PlaceForm(MembersForm):
    """Another part in which a paper shall stand."""

    ids = "place"

    part = forms.ModelChoiceField(
        label=_("Part"), queryset=Part.objects.filter(reading_list__archived_at=None), empty_label=None
    )


class AcceptForm(PlaceForm):
    """The part into which a proposal comes."""

    ids = "accept"


class LinkForm(MembersForm):
    """Something beside the paper."""

    ids = "link"

    url = address_field(label=_("Address"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Link.Kind.choices)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    title = LineField(label=_("Title"), max_length=300, required=False)


class EdgeForm(MembersForm):
    """How the paper stands to another one."""

    ids = "edge"

    kind = forms.ChoiceField(label=_("This paper"), choices=Lineage.Kind.choices)
    target = forms.CharField(label=_("Number of the other paper"), max_length=12)
    evidence = LineField(label=_("Because"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_target(self) -> int:
        match = re.fullmatch(r"\s*#?([0-9]{1,9})\s*", self.cleaned_data["target"])
        if match is None:
            raise forms.ValidationError(_("Please give the paper's list number, such as 11."))
        return int(match[1])
