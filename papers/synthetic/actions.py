"""Filling a site with synthetic rows."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import django
from allauth.account.models import EmailAddress
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, transaction
from django.db.models import Max, Model
from django.db.models.fields import NOT_PROVIDED

from papers.catalogue.models import Entry, Paper, ReadingList, SearchWord
from papers.catalogue.models import Part as PartRow
from papers.catalogue.numbering import next_number
from papers.discussion.models import Post, Thread
from papers.members.models import Language, Member, Role
from papers.members.queries import the_group
from papers.notes.models import Note
from papers.synthetic.rows import (
    BEGAN,
    COLUMNS,
    POSTS_A_THREAD,
    Batch,
    Maker,
    Part,
    Plan,
    Row,
    batches,
    note_batch,
    paper_batch,
    post_batch,
)

# Positions are small integers; what is more than this goes into another part.
MOST_IN_A_PART = 30_000
# So many batches are made ahead of the one that is being written.
AHEAD = 8
# So few batches are not worth the start of other processes.
FEW = 4
FIRST_ADDRESS = "synthetic-1@example.org"
SEARCHED: tuple[type[Model], ...] = (Paper, Note, Thread, Post)
TOUCHED: tuple[type[Model], ...] = (*SEARCHED, Entry, SearchWord, Member, EmailAddress)

# Told of what is being made: how many rows are there, of how many.
Tell = Callable[[str, int, int], Any]


def is_only_seeded() -> bool:
    """Return whether this site has nothing beside the seeded list."""
    return not (
        Member.objects.exists()
        or Paper.objects.filter(key=None).exists()
        or Note.objects.exists()
        or Thread.objects.exists()
    )


@transaction.atomic
def generate(*, members: int, papers: int, posts: int, seed: int, tell: Tell) -> None:
    """Make so many members, papers and texts, half of them notes and half posts in threads; all or nothing.

    The same seed makes the same rows on a site that is the same. Others can't write meanwhile.
    """
    notes, answers = posts // 2, posts - posts // 2
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(map(table, TOUCHED))} IN SHARE ROW EXCLUSIVE MODE")
    plan = Plan(
        seed=seed,
        members=make_members(members),
        papers=reserved(Paper, papers),
        threads=reserved(Thread, -(-answers // POSTS_A_THREAD)),
        first_number=next_number(),
        parts=parts_for(papers),
    )
    wanted = ((paper_batch, papers), (note_batch, notes), (post_batch, answers))
    names = fill(plan, [batch for maker, count in wanted for batch in batches(maker, count)], tell)
    SearchWord.objects.bulk_create(
        [SearchWord(word=name) for name in sorted(names)], ignore_conflicts=True, batch_size=5000
    )


def make_members(count: int) -> range:
    """Make the members and return their keys. The first organises, each tenth only reads."""
    keys, zone = reserved(Member, count), the_group().time_zone
    before = Member.objects.filter(email__startswith="synthetic-").count()
    made = [
        Member(
            pk=pk,
            email=f"synthetic-{before + place}@example.org",
            name=f"Synthetic {before + place}",
            role=Role.ORGANISER if place == 1 else Role.READER if place % 10 == 0 else Role.MEMBER,
            language=Language.values[place % 2],
            time_zone=zone,
            joined_at=BEGAN,
            # What Django takes for no password, without the random letters that it adds.
            password="!",  # noqa: S106
        )
        for place, pk in enumerate(keys, 1)
    ]
    Member.objects.bulk_create(made, batch_size=1000)
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=member, email=member.email, verified=True, primary=True) for member in made],
        batch_size=1000,
    )
    return keys


def parts_for(papers: int) -> list[Part]:
    """Return the parts of the current list, and new ones where there are none or too few for so many papers."""
    reading_list = ReadingList.objects.filter(archived_at=None).order_by("pk").first()
    if reading_list is None:
        reading_list = ReadingList.objects.create(title_zh="合成清单", title_en="Synthetic list")
    rows = list(reading_list.parts.annotate(last=Max("entries__position")).order_by("number"))
    parts = [
        Part(row.pk, {"zh": row.title_zh, "en": row.title_en}, (row.last or 0) + 1)
        for row in rows
        if (row.last or 0) < MOST_IN_A_PART // 2
    ]
    number = max((row.number for row in rows), default=0)
    while not parts or max(part.position for part in parts) + papers // len(parts) > MOST_IN_A_PART:
        number += 1
        titles = {"zh": f"合成部分{number}", "en": f"Synthetic part {number}"}
        row = PartRow.objects.create(
            reading_list=reading_list, number=number, title_zh=titles["zh"], title_en=titles["en"]
        )
        parts.append(Part(row.pk, titles, 1))
    return parts


def reserved(model: type[Model], count: int) -> range:
    """Return keys for so many rows. The table has to be locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        (sequence,) = cursor.fetchone()
        cursor.execute("SELECT nextval(%s)", [sequence])
        (first,) = cursor.fetchone()
        if count > 1:
            cursor.execute("SELECT setval(%s, %s)", [sequence, first + count - 1])
    return range(first, first + count)


def fill(plan: Plan, wanted: list[tuple[Maker, range]], tell: Tell) -> set[str]:
    """Write the rows of all batches, and return the words that typing errors may be mended into."""
    names: set[str] = set()
    done, total = 0, sum(len(places) for _maker, places in wanted)
    # An index that is built over all rows takes a fraction of the time of one that is kept up for each.
    drop_word_indexes()
    for places, batch in made(plan, wanted):
        for model, rows in batch.rows.items():
            write(model, rows)
        names |= batch.names
        done += len(places)
        tell("rows", done, total)
    # An index can't be built while keys to other tables are still to be checked.
    connection.check_constraints()
    build_word_indexes(tell)
    return names


def made(plan: Plan, wanted: list[tuple[Maker, range]]) -> Iterator[tuple[range, Batch]]:
    """Return the batches in their order, made by as many processes as the machine has cores."""
    if len(wanted) <= FEW:
        yield from ((places, maker(plan, places)) for maker, places in wanted)
        return
    # Forked processes would share this one's connection to the database.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), initializer=django.setup) as pool:
        ahead: deque[tuple[range, Future[Batch]]] = deque()
        for maker, places in wanted:
            ahead.append((places, pool.submit(maker, plan, places)))
            if len(ahead) > AHEAD:
                yield finished(ahead.popleft())
        while ahead:
            yield finished(ahead.popleft())


def finished(one: tuple[range, "Future[Batch]"]) -> tuple[range, Batch]:
    places, future = one
    return places, future.result()


def write(model: type[Model], rows: list[Row]) -> None:
    """Copy the rows into the model's table. Columns that they do not hold get the model's defaults."""
    given = COLUMNS[model]
    fields = {field.attname: field for field in model._meta.concrete_fields}
    left = [
        field
        for name, field in fields.items()
        if name not in given and not field.primary_key and field.db_default is NOT_PROVIDED
    ]
    columns = [str(field.column) for field in [*(fields[name] for name in given), *left]]
    defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in left)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table(model)} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row + defaults)


def table(model: type[Model]) -> str:
    return model._meta.db_table


def word_indexes() -> list[tuple[type[Model], GinIndex]]:
    return [(model, index) for model in SEARCHED for index in model._meta.indexes if isinstance(index, GinIndex)]


def drop_word_indexes() -> None:
    with connection.schema_editor() as editor:
        for model, index in word_indexes():
            editor.remove_index(model, index)


def build_word_indexes(tell: Tell) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    with connection.schema_editor() as editor:
        for done, (model, index) in enumerate(word_indexes(), 1):
            editor.add_index(model, index)
            tell("indexes", done, len(SEARCHED))


def tidy_up() -> None:
    """Let the database measure the tables anew: its plans depend on it. Not within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(map(table, TOUCHED))}")
