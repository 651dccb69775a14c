"""Beginning, writing and changing the minutes of a session, and what belongs to it."""

from http import HTTPStatus

from django.db import transaction
from django.utils import timezone, translation

from papers import lines, markup
from papers.catalogue.models import Paper
from papers.catalogue.references import known_in
from papers.markup.queries import macros
from papers.members.models import Member
from papers.members.queries import current_members, the_group
from papers.minutes import rules
from papers.minutes.beginning import drafts_for
from papers.minutes.models import ActionItem, Material, Section, SectionVersion
from papers.minutes.tasks_in import tasks_in, with_mark
from papers.notes import drafts
from papers.notes import rules as texts
from papers.refusals import refuse_if
from papers.sessions.models import ReadingSession

MOST_MATERIALS = 30


@transaction.atomic
def begin(session: ReadingSession, *, by: Member) -> list[Section]:
    """Begin the minutes with what is known already, in the group's language, and return their sections.

    Those that were begun stay as they are. Raises Refused: 403 for a role that cannot write, 409 before the session.
    """
    refuse_if(texts.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    session = ReadingSession.objects.select_for_update(no_key=True).get(pk=session.pk)
    is_cancelled, now = session.cancelled_at is not None, timezone.now()
    refuse_if(rules.why_not_begin(has_begun=session.starts_at <= now, is_cancelled=is_cancelled))
    there = list(session.minutes_sections.all())
    if there:
        return there
    with translation.override(the_group().language):
        begun = list(drafts_for(session, by))
    rows = [
        Section(
            session=session,
            paper=draft.paper,
            position=position,
            title=draft.title,
            body=draft.body,
            html=rendered(draft.body, draft.paper, position),
            renderer=markup.RENDERER_VERSION,
            saved_by=by,
            saved_at=now,
        )
        for position, draft in enumerate(begun, 1)
    ]
    return Section.objects.bulk_create(rows)


def write(section: Section, body: str, version: int, *, by: Member, draft: int | None = None) -> Section:
    """Replace the section's words if it is still at the version that the writer saw; its tasks become action items.

    `draft` is the stamp of the draft it was made from. Raises Refused: 409 when somebody was faster, 403 for a role
    that cannot write, 413 for a text that is too long.
    """
    refuse_if(texts.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    refuse_if(texts.why_text_is_too_long(body, limit=markup.MAX_BYTES), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    html = rendered(body, section.paper, section.position)
    with transaction.atomic():
        section.refresh_from_db(from_queryset=Section.objects.select_for_update())
        # A save that is already there (the form was sent twice) is no conflict.
        if section.body != body:
            refuse_if(texts.why_not_saved_over(seen=version, current=section.version, gone=False))
            replace(section, body, html, by=by)
        drafts.use_up(texts.changed_minutes(section.pk), body, stamp=draft, by=by)
    return section


@transaction.atomic
def add_line(section: Section, line: str, *, by: Member) -> Section:
    """Add a line at the end of the section, whatever stands there: nobody's words are lost.

    Raises Refused: 403 for a role that cannot write, 422 for an empty line, 413 when the section is full.
    """
    refuse_if(texts.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    refuse_if(texts.why_text_is_empty(line), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    section.refresh_from_db(from_queryset=Section.objects.select_for_update())
    said = " ".join(lines.tidy(line).split())
    # A list goes on; after a paragraph one begins.
    last = section.body.rstrip().rpartition("\n")[2].lstrip()
    between = "" if not section.body.strip() else "\n" if last.startswith(("- ", "* ", "1.")) else "\n\n"
    body = f"{section.body.rstrip()}{between}- {said}"
    refuse_if(texts.why_text_is_too_long(body, limit=markup.MAX_BYTES), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    replace(section, body, rendered(body, section.paper, section.position), by=by)
    return section


@transaction.atomic
def restore_version(section: Section, version: int, *, seen: int, by: Member) -> Section:
    """Let the words of an earlier version stand again, as a new one. `seen` is the version that stood there.

    Raises Refused: 403 for a role that cannot write, 409 when it has changed meanwhile or there is no such version.
    """
    there = section.versions.filter(version=version).first()
    refuse_if(rules.why_not_that_version(is_there=there is not None))
    assert there is not None
    return write(section, there.body, seen, by=by)


@transaction.atomic
def mark(item: ActionItem, *, done: bool, by: Member) -> ActionItem:
    """Tick a task in the minutes, or take the tick away, and return its item.

    Raises Refused: 403 for a role that cannot write, 409 when the minutes have no such task any more.
    """
    refuse_if(texts.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    section = Section.objects.select_for_update().get(pk=item.section_id)
    there = section.items.filter(pk=item.pk).first()
    body = with_mark(section.body, there.number, done=done) if there is not None else None
    refuse_if(rules.why_not_that_task(is_there=body is not None))
    assert there is not None
    assert body is not None
    if there.is_done != done:
        replace(section, body, rendered(body, section.paper, section.position), by=by)
    return section.items.get(number=there.number, member=there.member)


def replace(section: Section, body: str, html: str, *, by: Member) -> None:
    """Write the section's row anew, which the caller has locked; words that go are kept as a version."""
    SectionVersion.objects.create(
        section=section,
        version=section.version,
        body=section.body,
        saved_by_id=section.saved_by_id,
        saved_at=section.saved_at,
    )
    section.body, section.html, section.renderer = body, html, markup.RENDERER_VERSION
    section.version += 1
    section.saved_by, section.saved_at = by, timezone.now()
    section.save()
    read_tasks(section)


def read_tasks(section: Section) -> None:
    """Make the section's action items those of its text. Who has left keeps none."""
    people = dict(current_members().values_list("name", "pk"))
    wanted = {
        (task.number, member): {"text": task.text, "due_on": task.due_on, "is_done": task.is_done}
        for task in tasks_in(section.body, people, today=section.session.date)
        for member in task.members
    }
    there = {(item.number, item.member_id): item for item in section.items.all()}
    ActionItem.objects.filter(pk__in=[item.pk for key, item in there.items() if key not in wanted]).delete()
    for (number, member), facts in wanted.items():
        ActionItem.objects.update_or_create(section=section, number=number, member_id=member, defaults=facts)


def rendered(body: str, paper: Paper | None, position: int) -> str:
    """Return the HTML of a section. An empty one has none."""
    if not lines.can_be_seen(body):
        return ""
    return markup.render(body, id_prefix=f"m{position}-", macros=macros(), references=known_in(body, paper))


@transaction.atomic
def add_material(session: ReadingSession, kind: str, url: str, title: str, *, by: Member) -> Material:
    """Add slides, a recording or something else at its address; the same address again changes nothing.

    Raises Refused: 403 for a role that cannot write, 409 when there are too many.
    """
    refuse_if(texts.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    session = ReadingSession.objects.select_for_update(no_key=True).get(pk=session.pk)
    refuse_if(rules.why_not_more_materials(session.materials.count(), most=MOST_MATERIALS))
    facts = {"kind": Material.Kind(kind), "title": title, "added_by": by}
    return Material.objects.get_or_create(session=session, url=url, defaults=facts)[0]


@transaction.atomic
def remove_material(material: Material, *, by: Member) -> None:
    """Take it away. Raises Refused (403) for who neither added it nor organises."""
    is_mine = material.added_by_id == by.pk and by.may_write
    why = rules.why_not_remove_material(is_mine=is_mine, is_organiser=by.is_organiser)
    refuse_if(why, status=HTTPStatus.FORBIDDEN)
    material.delete()
