"""A group in which every text is an attempt to run a script: each column of each model, notes, posts and remarks."""

from collections.abc import Iterator
from itertools import cycle

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import CharField, Field, Model, TextField, URLField

from papers import markup
from papers.catalogue import actions as catalogue
from papers.catalogue.forms import LinkForm
from papers.catalogue.models import Entry, Paper
from papers.catalogue.remarks import TEXTS
from papers.discussion import actions as discussion
from papers.members.models import Member
from papers.notes import actions as notes
from tests.markup.vectors import Vector, addresses, lines, storable

# Names that programs gave and programs read: no person writes them.
NOT_WRITTEN = {
    *(
        "key",
        "arxiv_id",
        "time_zone",
        "language",
        "format",
        "password",
        "token_hash",
        "week",
        "target",
        "writer",
        "kind",
    ),
    *("verb", "about", "folded"),
}
# How much of a text one note holds, in characters; the limit is 100 kB.
A_NOTE = 36_000


def texts(longest: int = A_NOTE, *, of: list[Vector] | None = None) -> Iterator[str]:
    """Yield all vectors, as paragraphs of texts that are not longer than that."""
    text = ""
    for vector in storable() if of is None else of:
        if text and len(text) + len(vector.text) > longest:
            yield text
            text = ""
        text += f"{vector.text}\n\n"
    yield text


def infest(paper: Paper, other: Paper, *, alice: Member, bob: Member) -> None:
    """Fill the group with vectors: by what people do, and then each column that holds what somebody wrote."""
    members = [
        Member.objects.create(email=f"m{number}@example.org", name=line, language="en", time_zone="Europe/Berlin")
        for number, line in enumerate(said(80))
    ]
    for text in texts():
        thread = discussion.start_thread(other, next(CYCLE), "question", text, by=bob)
        discussion.reply(thread, f"@Alice @{members[0].name}\n\n{text}"[:90_000], by=alice)
    note = notes.write_note(paper, next(texts()), visibility="link", by=bob)
    notes.edit_note(note, note.body[: A_NOTE // 2] + "\n\nchanged", 1, by=bob)
    post = discussion.start_thread(paper, "Edited", "question", next(texts()), by=bob).posts.get()
    discussion.edit_post(post, "\n\n".join(lines()), 1, by=bob)
    for url in addresses():
        form = LinkForm({"url": url, "kind": "other", "language": "en", "title": url[:300]})
        if form.is_valid():
            catalogue.add_link(paper, **form.cleaned_data, by=alice)
    infest_columns()
    remarks = texts(9_000)
    for entry in Entry.objects.all():
        given = {name: next(remarks) for name in TEXTS}
        catalogue.edit_remarks(entry, {**given, "correction_source": entry.correction_source}, entry.version, by=alice)


def said(longest: int) -> list[str]:
    return [line for line in lines() if len(line) <= longest]


CYCLE = cycle(said(200))


@transaction.atomic
def infest_columns() -> None:
    """Overwrite each column in which a person's words stand, of every row of every model."""
    for model in apps.get_app_config("papers").get_models():
        columns = [field for field in model._meta.concrete_fields if is_written(field)]
        for row in model.objects.all():
            values = {field.attname: value_for(field, row) for field in columns}
            if values:
                model.objects.filter(pk=row.pk).update(**values)


def is_written(field: Field) -> bool:
    if isinstance(field, ArrayField):
        return isinstance(field.base_field, CharField)
    if not isinstance(field, (CharField, TextField)) or field.choices or field.name in NOT_WRITTEN:
        return False
    # Members' own names and addresses stand already; a macro is called by its letters.
    return (field.model.__name__, field.name) not in {("Member", "email"), ("Member", "name"), ("Macro", "name")}


FILLS = cycle(said(300))
ADDRESSES = cycle(addresses())


def value_for(field: Field, row: Model) -> object:
    if isinstance(field, ArrayField):
        return said(200)[:30]
    if field.name == "html":
        return markup.render("\n\n".join(lines()), id_prefix=f"n{row.pk}-")
    if isinstance(field, URLField):
        return next(ADDRESSES)
    longest = field.max_length or 20_000
    text = ""
    for line in cycle([next(FILLS)] if field.unique else lines()):
        if len(text) + len(line) + 1 > longest or len(text) > 15_000:
            break
        text += f"{line} "
    return text.strip() or f'"><b>{row.pk}'[:longest]
