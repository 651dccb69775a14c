"""Writing, changing, restoring and deleting notes; remembering who has seen which paper."""

import datetime as dt
import secrets
from collections.abc import Collection
from http import HTTPStatus

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from papers import lines, markup, words
from papers.catalogue.models import Paper
from papers.catalogue.references import known_in
from papers.markup.queries import macros
from papers.members import actions as members
from papers.members.models import Member
from papers.notes import drafts, rules
from papers.notes.anchors import anchors_of
from papers.notes.history import versions_visible_to
from papers.notes.masking import open_paper
from papers.notes.models import UNREAD, Note, NoteVersion, Reading, Seen
from papers.refusals import refuse_if

# The same words by the same person in the same place within this time are one form sent twice: a double click,
# a retry on a bad line, the back button. Later they may well be meant.
READINGS = (UNREAD, *Reading.State.values)
REPEATED_WITHIN = dt.timedelta(minutes=10)


def write_note(
    paper: Paper, body: str, *, by: Member, visibility: str | None = None, draft: int | None = None
) -> Note:
    """Add a note to the paper, or return the one that the same form has already added.

    `visibility` is one of Note.Visibility, None is the group; `draft` is the stamp of the draft it was made from.
    Raises Refused: 403 for a role that cannot write, 422 for an empty text, 413 for one that is too long.
    """
    refuse_if(rules.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    visibility = visibility or Note.Visibility.GROUP
    require_visibility(visibility)
    html, anchors = rendered(body, paper), anchors_of(body, paper.arxiv_version)
    with transaction.atomic():
        # Of two identical forms at once the second waits here and then finds the first one's note.
        Member.objects.select_for_update(no_key=True).get(pk=by.pk)
        drafts.use_up(rules.new_note(paper.number), body, stamp=draft, by=by)
        repeated = Note.objects.filter(
            paper=paper,
            author=by,
            body=body,
            visibility=visibility,
            deleted_at=None,
            written_at__gt=Now() - REPEATED_WITHIN,
        ).first()
        if rules.is_first_thought(body):
            open_paper(paper, by=by)
        return repeated or Note.objects.create(
            paper=paper,
            author=by,
            body=body,
            visibility=visibility,
            html=html,
            anchors=anchors,
            refers_to=markup.papers_in(html),
            renderer=markup.RENDERER_VERSION,
            words=words_of(body),
        )


def edit_note(
    note: Note, body: str, version: int, *, by: Member, visibility: str | None = None, draft: int | None = None
) -> Note:
    """Replace the note's words if it is still at the version the author saw, and keep those that stood there.

    `visibility` is one of Note.Visibility, None leaves it; `draft` is the stamp of the draft it was made from.
    Raises Refused: 409 when it has changed meanwhile, 403 for somebody else's note, 422 and 413 as `write_note`.
    """
    require_author(note, by=by)
    if visibility is not None:
        require_visibility(visibility)
    html = rendered(body, note.paper)
    with transaction.atomic():
        note.refresh_from_db(from_queryset=Note.objects.select_for_update())
        wished = visibility or note.visibility
        # A save that is already there (the form was sent twice) is no conflict.
        if note.deleted_at is not None or (note.body, note.visibility) != (body, wished):
            gone = note.deleted_at is not None
            refuse_if(rules.why_not_saved_over(seen=version, current=note.version, gone=gone))
            replace(note, body, html, visibility=wished, by=by)
        if rules.is_first_thought(body) and note.author_id == by.pk:
            open_paper(note.paper, by=by)
        drafts.use_up(rules.changed_note(note.pk), body, stamp=draft, by=by)
    return note


def replace(note: Note, body: str, html: str, *, visibility: str, by: Member) -> None:
    """Write the note's row anew, which the caller has locked; words that go are kept as a version."""
    if note.visibility == Note.Visibility.LINK != visibility:
        # Who had the link does not get in again if there is one once more.
        note.link_generation += 1
    if body != note.body:
        NoteVersion.objects.create(
            note=note,
            version=note.version,
            body=note.body,
            saved_at=note.edited_at or note.written_at,
            by_id=note.saved_by_id or note.author_id,
            visibility=note.visibility,
        )
        note.body, note.html, note.renderer = body, html, markup.RENDERER_VERSION
        note.words, note.refers_to = words_of(body), markup.papers_in(html)
        note.anchors = anchors_of(body, note.paper.arxiv_version, before=note.anchors)
        note.edited_at = timezone.now()
        note.saved_by = by if by.pk != note.author_id else None
    note.visibility = visibility
    note.version += 1
    note.save()


@transaction.atomic
def restore_version(note: Note, version: int, *, seen: int, by: Member) -> Note:
    """Let the words of an earlier version stand again, as a new one. `seen` is the version that stood there.

    Raises Refused: 403 for other roles, 409 when the note has changed meanwhile or has no such version any more.
    """
    require_history(note, by=by)
    note.refresh_from_db(from_queryset=Note.objects.select_for_update())
    gone = note.deleted_at is not None
    refuse_if(rules.why_not_saved_over(seen=seen, current=note.version, gone=gone))
    there = versions_visible_to(by, note).filter(version=version).first()
    refuse_if(rules.why_not_that_version(is_there=there is not None))
    assert there is not None
    if there.body != note.body:
        replace(note, there.body, rendered(there.body, note.paper), visibility=note.visibility, by=by)
        if by.pk != note.author_id:
            members.log("restore note", f"note:{note.pk}", by=by, after={"version": version})
    return note


@transaction.atomic
def renew_link(note: Note, *, by: Member) -> Note:
    """Give the note another address; the one before leads nowhere. Raises Refused: 403, 409 for one without a link."""
    require_author(note, by=by)
    note.refresh_from_db(from_queryset=Note.objects.select_for_update())
    refuse_if(rules.why_no_link(visibility=note.visibility))
    note.link_generation += 1
    note.save(update_fields=["link_generation"])
    return note


@transaction.atomic
def delete_note(note: Note, *, by: Member) -> None:
    """Take the note away with its words, earlier ones too; the row stays. Raises Refused (403) for another's note."""
    refuse_if(rules.why_not_yours(is_mine=note.author_id == by.pk), status=HTTPStatus.FORBIDDEN)
    Note.objects.filter(pk=note.pk, deleted_at=None).update(
        body="", html="", words=None, refers_to=[], anchors=[], version=F("version") + 1, deleted_at=timezone.now()
    )
    note.versions.all().delete()
    drafts.discard(rules.changed_note(note.pk), by=by)


@transaction.atomic
def ask_first_thoughts(paper: Paper, *, by: Member, asks: bool) -> Paper:
    """Let the paper ask for first thoughts or not, whatever the group does. Raises Refused (403)."""
    refuse_if(rules.why_not_ask_first_thoughts(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    paper.first_thoughts = asks
    paper.save(update_fields=["first_thoughts"])
    members.log("ask first thoughts" if asks else "open texts", f"paper #{paper.number}", by=by)
    return paper


def mark_papers_seen(papers: Collection[int], *, by: Member, at: dt.datetime) -> None:
    """Remember the same of many papers, by their keys."""
    Seen.objects.filter(member=by, paper__in=papers).update(seen_at=Greatest("seen_at", at))
    Seen.objects.bulk_create([Seen(member=by, paper_id=paper, seen_at=at) for paper in papers], ignore_conflicts=True)


@transaction.atomic
def mark_seen(paper: Paper, *, by: Member, at: dt.datetime) -> None:
    """Remember that the member has seen the paper's page as it was at this instant; an older one changes nothing."""
    marks = Seen.objects.filter(member=by, paper=paper)
    if not marks.update(seen_at=Greatest("seen_at", at)):
        Seen.objects.bulk_create([Seen(member=by, paper=paper, seen_at=at)], ignore_conflicts=True)


@transaction.atomic
def set_reading(paper: Paper, state: str, *, by: Member) -> str:
    """Remember how far the member has read the paper, a value of Reading.State or UNREAD, and return it.

    It is the member's own and changes nobody else's. Raises Refused (422) for any other state.
    """
    refuse_if(rules.why_not_reading(state, known=READINGS), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if state == UNREAD:
        Reading.objects.filter(paper=paper, member=by).delete()
    else:
        Reading.objects.update_or_create(paper=paper, member=by, defaults={"state": state})
    return state


def preview(body: str, *, by: Member) -> str:
    """Return the HTML a text would get, "" for an empty one. Raises Refused as `write_note` does."""
    refuse_if(rules.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    return rendered(body) if lines.can_be_seen(body) else ""


def require_author(note: Note, *, by: Member) -> None:
    """Raise Refused (403) unless the member may change this note."""
    refuse_if(rules.why_not_yours(is_mine=note.author_id == by.pk), status=HTTPStatus.FORBIDDEN)
    refuse_if(rules.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)


def require_history(note: Note, *, by: Member) -> None:
    """Raise Refused (403) unless the member may look at the note's earlier versions."""
    why = rules.why_no_history(is_mine=note.author_id == by.pk, is_organiser=by.is_organiser)
    refuse_if(why, status=HTTPStatus.FORBIDDEN)


def require_visibility(visibility: str) -> None:
    refuse_if(
        rules.why_not_visibility(visibility, known=Note.Visibility.values), status=HTTPStatus.UNPROCESSABLE_ENTITY
    )


def words_of(body: str) -> str:
    """Return the search words of a text, as its row keeps them."""
    return words.vector({"B": [body]})


def rendered(body: str, paper: Paper | None = None) -> str:
    """Return the HTML of a text about this paper that may be saved. Raises Refused (422, 413) for one that may not."""
    refuse_if(rules.why_text_is_empty(body), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    refuse_if(rules.why_text_is_too_long(body, limit=markup.MAX_BYTES), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    # Footnotes have ids, and those of two texts on one page must differ; the row has no number of its own yet.
    prefix = f"t{secrets.token_hex(4)}-"
    return markup.render(body, id_prefix=prefix, macros=macros(), references=known_in(body, paper))
