"""What the list can be narrowed and sorted by, as its address says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from papers.notes.queries import reading_choices


@dataclass(frozen=True)
class Filters:
    """The filters that are set; an empty text is none."""

    part: str = ""
    state: str = ""
    mine: str = ""
    kind: str = ""
    mode: str = ""
    year: str = ""
    has: str = ""
    sort: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))

    @property
    def query(self) -> str:
        """The filters as they stand in an address."""
        return urlencode({one.name: value for one in fields(self) if (value := getattr(self, one.name))})


@dataclass(frozen=True)
class Choice:
    """One filter: its name in the address, what it is called, and what can be chosen."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str = ""


Options = Sequence[tuple[str, str]]


def choices_of(*, parts: Options, kinds: Options, modes: Options, years: Options) -> list[Choice]:
    """Return all filters; one that leaves nothing to choose is left out."""
    made = [
        Choice("part", _("Part"), parts),
        Choice("state", _("State in the group"), states()),
        Choice("mine", _("Read by me"), reading_choices()),
        Choice("kind", _("Kind"), kinds),
        Choice("mode", _("How it is read"), modes),
        Choice("year", _("Year"), years),
        Choice("has", _("With"), [("notes", _("notes")), ("questions", _("questions"))]),
        Choice("sort", _("Order"), orders()),
    ]
    return [choice for choice in made if len(choice.options) > 1]


def states() -> Options:
    return [
        ("free", pgettext("state of a paper", "Free")),
        ("claimed", pgettext("state of a paper", "Claimed")),
        ("scheduled", pgettext("state of a paper", "Scheduled")),
        ("done", pgettext("state of a paper", "Read")),
    ]


def orders() -> Options:
    return [
        ("number", _("by number")),
        ("newest", _("newest first")),
        ("oldest", _("oldest first")),
        ("title", _("by title")),
    ]


def filters_in(said: Mapping[str, str], choices: Sequence[Choice]) -> tuple[Filters, list[Choice]]:
    """Return the filters of an address, and the choices with what is chosen.

    What cannot be chosen is no filter: an old address still shows the list.
    """
    chosen = {
        choice.name: value
        for choice in choices
        if (value := said.get(choice.name, "")) in {option for option, _label in choice.options}
    }
    return Filters(**chosen), [replace(choice, chosen=chosen.get(choice.name, "")) for choice in choices]
