"""What was written before there was a search gets its words. Papers get theirs when the list is loaded next."""

from django.db import migrations

from papers import words


def give_words(apps, schema_editor):
    for name in ("Note", "Post"):
        model = apps.get_model("papers", name)
        for row in model.objects.filter(deleted_at=None, words=None).only("pk", "body").iterator():
            model.objects.filter(pk=row.pk).update(words=words.vector({"B": [row.body]}))
    thread = apps.get_model("papers", "Thread")
    for row in thread.objects.filter(words=None).only("pk", "title").iterator():
        thread.objects.filter(pk=row.pk).update(words=words.vector({"A": [row.title]}))


# The planner guesses how many rows a word is in; with the usual 100 samples it is wrong on rare words.
TARGET = "ALTER TABLE {} ALTER COLUMN words SET STATISTICS {}"
TABLES = ("papers_paper", "papers_note", "papers_post", "papers_thread")


class Migration(migrations.Migration):
    dependencies = [("papers", "0004_the_catalogue")]

    operations = [
        *(migrations.RunSQL(TARGET.format(table, 3000), TARGET.format(table, -1)) for table in TABLES),
        migrations.RunPython(give_words, migrations.RunPython.noop, elidable=True),
    ]
