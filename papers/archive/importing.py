"""Bringing a whole site back from its archive: onto an empty one, all of it or nothing."""

import json
import zipfile
import zlib
from collections.abc import Iterator
from http import HTTPStatus
from typing import IO, Any

from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from papers import markup, words
from papers.archive import rules
from papers.archive.exporting import VERSION
from papers.archive.rows import MODELS, fields_of, name_of
from papers.catalogue.indexing import index
from papers.catalogue.models import Entry, Paper
from papers.catalogue.remarks import TEXTS
from papers.catalogue.remarks import rendered as remark_rendered
from papers.discussion.models import Post, Thread
from papers.members.models import Group, Member
from papers.minutes.actions import rendered as minutes_rendered
from papers.minutes.models import Section
from papers.notes.actions import rendered, words_of
from papers.notes.anchors import anchors_of
from papers.notes.models import Note
from papers.refusals import Refused, refuse_if

ROWS_AT_ONCE = 500
# What Python says of a file that is no ZIP, of one that was cut or changed, and of rows that do not fit.
DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
    *(KeyError, ValueError, TypeError, AttributeError),
    *(DeserializationError, ValidationError, DatabaseError),
)


def read(file: IO[bytes]) -> dict[str, int]:
    """Bring the archive in and return how many rows of each kind there are now.

    Raises Refused: 409 when this site is not empty, 413 and 422 when the file is too large or no whole archive of a
    site. Then nothing stays.
    """
    refuse_if(rules.why_not_here(is_empty=is_empty()), status=HTTPStatus.CONFLICT)
    try:
        with zipfile.ZipFile(file) as archive, transaction.atomic():
            return brought_in(archive)
    except DAMAGES as error:
        raise damaged(error) from error


def damaged(error: Exception) -> Refused:
    what = " ".join(str(error).split())[:200] or type(error).__name__
    sentence = _("The archive is damaged, so nothing was brought in: %(what)s") % {"what": what}
    return Refused(sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def is_empty() -> bool:
    return not (Member.objects.exists() or Paper.objects.exists())


def brought_in(archive: zipfile.ZipFile) -> dict[str, int]:
    refuse_if(
        rules.why_too_large(size=sum(entry.file_size for entry in archive.infolist())),
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )
    manifest = json.loads(b"".join(lines_of(archive, "site.json")))
    if not isinstance(manifest, dict) or not isinstance(manifest.get("counts"), dict):
        manifest = {}
    refuse_if(
        rules.why_not_this(format=manifest.get("format"), version=manifest.get("version"), known=VERSION),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )
    # A site that was started once has a group with the usual settings.
    Group.objects.all().delete()
    counts = {name_of(model): bring_rows(archive, model) for model in MODELS}
    refuse_if(rules.why_not_complete(manifest["counts"], counts), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    with connection.cursor() as cursor:
        # What points at a row that is not in the archive is found here and not at the end of all.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in connection.ops.sequence_reset_sql(no_style(), list(MODELS)):
            cursor.execute(statement)
    index(Paper.objects.values_list("pk", flat=True))
    return counts


def bring_rows(archive: zipfile.ZipFile, model: type[Model]) -> int:
    """Store the rows of one kind, rendered and indexed anew, and return how many there were."""
    allowed, count = {"pk", *fields_of(model)}, 0
    batch: list[Any] = []
    for line in lines_of(archive, f"data/{name_of(model)}.jsonl"):
        said = json.loads(line)
        # A row says what it is; a file of another kind of rows, or a column that does not travel, is not taken.
        if said["model"] != model._meta.label_lower or not said["fields"].keys() <= allowed:
            raise ValueError(f"{name_of(model)}: {str(said)[:80]}")
        batch.append(next(serializers.deserialize("json", f"[{line.decode()}]")))
        count += 1
        if len(batch) == ROWS_AT_ONCE:
            store(batch)
            batch = []
    store(batch)
    return count


def lines_of(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield the lines of a file in the archive, never more of it than an archive may hold, whatever it claims."""
    read = 0
    with archive.open(name) as entry:
        while line := entry.readline(rules.MOST_OF_A_ROW + 1):
            read += len(line)
            if len(line) > rules.MOST_OF_A_ROW or read > rules.MOST_OF_A_KIND:
                raise ValueError(_("%(name)s is too large.") % {"name": name})
            if line.strip():
                yield line


def store(batch: list[Any]) -> None:
    for one in batch:
        row = one.object
        complete(row)
        fields = row._meta.concrete_fields
        empty = {field.name for field in fields if getattr(row, field.attname) in field.empty_values}
        row.clean_fields(exclude=empty | {field.name for field in fields if field.is_relation})
        # As it is: no column that fills itself gets another value.
        one.save()


def complete(row: Model) -> None:
    """Make anew what does not travel: rendered texts and search words, and a password that nobody has."""
    match row:
        case Note() | Post():
            row.html = rendered(row.body, row.about) if row.body else ""
            if isinstance(row, Note):
                row.anchors = anchors_of(row.body, row.paper.arxiv_version, before=row.anchors)
            row.renderer = markup.RENDERER_VERSION
            is_found = row.body and getattr(row, "hidden_at", None) is None
            row.words = words_of(row.body) if is_found else None
        case Section():
            row.html = minutes_rendered(row.body, row.paper, row.position)
            row.renderer = markup.RENDERER_VERSION
        case Thread():
            row.words = words.vector({"A": [row.title]})
        case Entry():
            for name in TEXTS:
                if getattr(row, name):
                    row.html = {**row.html, **remark_rendered(name, getattr(row, name))}
        case Member():
            row.set_unusable_password()
