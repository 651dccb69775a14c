"""Making and deleting the group's macros; the texts that use one are rendered again by the next ticks."""

from http import HTTPStatus

from django.db import transaction

from papers.catalogue.models import Entry
from papers.catalogue.remarks import TEXTS
from papers.catalogue.remarks import rendered as remark_rendered
from papers.discussion.models import Post
from papers.macros import rules
from papers.markup.maths import NotSet, mathml
from papers.markup.models import Macro
from papers.markup.queries import macros
from papers.members import actions as members
from papers.members.models import Member
from papers.notes.models import Note
from papers.refusals import Refused, refuse_if

# The `renderer` of a text that is to be rendered again.
STALE = 0


@transaction.atomic
def save_macro(name: str, arguments: int, definition: str, *, by: Member) -> Macro:
    """Make the macro, or give the one of this name another definition, and return it.

    Raises Refused: 403 for a role, 422 for what is no macro, with the renderer's own words.
    """
    refuse_if(rules.why_not_macros(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    name, definition = name.removeprefix("\\"), definition.strip()
    there = {command: text for command, text in macros().items() if command != f"\\{name}"}
    why = rules.why_not_macro(
        name=name,
        arguments=arguments,
        definition=definition,
        is_known=rules.NAME.fullmatch(name) is not None and is_known(name),
        others=len(there),
    )
    refuse_if(why, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try_out(name, arguments, {**there, f"\\{name}": definition})
    was = Macro.objects.filter(name=name).values("arguments", "definition").first()
    facts = {"arguments": arguments, "definition": definition}
    macro, _made = Macro.objects.update_or_create(name=name, defaults=facts, create_defaults={**facts, "made_by": by})
    if was != facts:
        members.log("save macro", f"macro:{macro.pk}", by=by, before=was or {}, after={"name": f"\\{name}", **facts})
        make_stale(name)
    return macro


@transaction.atomic
def delete_macro(macro: Macro, *, by: Member) -> None:
    """Delete the macro; formulas that use it then show their source with the reason. Raises Refused (403)."""
    refuse_if(rules.why_not_macros(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    members.log("delete macro", f"macro:{macro.pk}", by=by, before={"name": f"\\{macro.name}"})
    macro.delete()
    make_stale(macro.name)


def is_known(name: str) -> bool:
    """Return whether the renderer knows the command without the group's macros."""
    for arguments in ("", "{x}", "{x}{x}"):
        try:
            mathml(f"\\{name}{arguments}", display=True)
        except NotSet:
            continue
        return True
    return False


def try_out(name: str, arguments: int, known: dict[str, str]) -> None:
    """Set a formula with the macro. Raises Refused (422) with the reason where it cannot be set."""
    try:
        mathml(f"\\{name}" + "{x}" * arguments, display=True, macros=known)
    except NotSet as why:
        raise Refused(rules.why_not_set(str(why)), status=HTTPStatus.UNPROCESSABLE_ENTITY) from None


def make_stale(name: str) -> None:
    """Let the texts in which the command occurs be rendered again: notes and posts by the next ticks, remarks now."""
    for model in (Note, Post):
        model._default_manager.filter(body__contains=f"\\{name}", deleted_at=None).update(renderer=STALE)
    for entry in Entry.objects.all():
        used = [text for text in TEXTS if f"\\{name}" in getattr(entry, text)]
        for text in used:
            entry.html = {**entry.html, **remark_rendered(text, getattr(entry, text))}
        if used:
            entry.save(update_fields=["html"])
