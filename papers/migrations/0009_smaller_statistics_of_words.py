from django.db import migrations

# Each plan reads the statistics of every table that is searched: with 3,000 planning took longer than finding. With 300
# rare words among a million texts were taken for common ones; 1,000 is fast for both (`tests/bench_search.py`).
TABLES = ("papers_paper", "papers_note", "papers_thread", "papers_post")
TARGET = "ALTER TABLE {} ALTER COLUMN words SET STATISTICS {}"


class Migration(migrations.Migration):
    dependencies = [("papers", "0008_times_away")]

    operations = [
        migrations.RunSQL(TARGET.format(table, 1000), TARGET.format(table, 3000)) for table in TABLES
    ]
