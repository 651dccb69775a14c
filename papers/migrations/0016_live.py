"""Open pages learn of changes: the database itself notes them down and tells of them.

Triggers, because whoever changes something, by whatever way, is then heard, and nobody can forget to tell.
"""

import django.db.models.deletion
from django.db import migrations, models

TELL = """
CREATE FUNCTION papers_tell(paper bigint, kind text, target bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO papers_change (paper_id, kind, target, at) VALUES (paper, kind, target, clock_timestamp());
    PERFORM pg_notify('paper_changed', paper::text);
END $$;

-- A row with a paper of its own; the first argument says what it is of the paper's page.
CREATE FUNCTION papers_tell_of_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE part record := coalesce(NEW, OLD);
BEGIN
    PERFORM papers_tell(part.paper_id, TG_ARGV[0], CASE TG_ARGV[0] WHEN 'place' THEN NULL ELSE part.id END);
    IF TG_OP = 'UPDATE' AND NEW.paper_id <> OLD.paper_id THEN
        PERFORM papers_tell(OLD.paper_id, TG_ARGV[0], CASE TG_ARGV[0] WHEN 'place' THEN NULL ELSE OLD.id END);
    END IF;
    RETURN NULL;
END $$;

-- A row that belongs to a claim: it is of the place of the claim's paper.
CREATE FUNCTION papers_tell_of_claim() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE part record := coalesce(NEW, OLD);
BEGIN
    PERFORM papers_tell(paper_id, 'place', NULL) FROM papers_claim WHERE id = part.claim_id;
    RETURN NULL;
END $$;

CREATE FUNCTION papers_tell_of_post() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE part record := coalesce(NEW, OLD);
BEGIN
    PERFORM papers_tell(paper_id, 'post', part.id) FROM papers_thread WHERE id = part.thread_id;
    IF part.is_answer OR TG_OP = 'UPDATE' AND OLD.is_answer THEN
        PERFORM papers_tell(paper_id, 'thread', id) FROM papers_thread WHERE id = part.thread_id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION papers_tell_of_thanks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE part record := coalesce(NEW, OLD);
BEGIN
    PERFORM papers_tell(thread.paper_id, 'post', post.id)
        FROM papers_post post JOIN papers_thread thread ON thread.id = post.thread_id WHERE post.id = part.post_id;
    RETURN NULL;
END $$;

CREATE FUNCTION papers_tell_of_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM papers_tell(NEW.id, 'place', NULL);
    RETURN NULL;
END $$;

CREATE FUNCTION papers_tell_of_asking() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE part record := coalesce(NEW, OLD);
BEGIN
    PERFORM papers_tell(paper_id, 'thread', id) FROM papers_thread WHERE id = part.thread_id;
    RETURN NULL;
END $$;
"""

# Which columns change what a page shows; jobs touch others.
TRIGGERS = {
    "paper": ("UPDATE OF done_at", "papers_tell_of_paper()"),
    "claim": ("INSERT OR UPDATE OR DELETE", "papers_tell_of_part('place')"),
    "waitingplace": ("INSERT OR UPDATE OR DELETE", "papers_tell_of_part('place')"),
    "offer": ("INSERT OR UPDATE OR DELETE", "papers_tell_of_part('place')"),
    "slot": ("INSERT OR UPDATE OR DELETE", "papers_tell_of_part('place')"),
    "partner": ("INSERT OR UPDATE OR DELETE", "papers_tell_of_claim()"),
    "note": (
        "INSERT OR DELETE OR UPDATE OF html, visibility, deleted_at, paper_id",
        "papers_tell_of_part('note')",
    ),
    "thread": (
        "INSERT OR DELETE OR UPDATE OF title, kind, paper_id, locked_at",
        "papers_tell_of_part('thread')",
    ),
    "post": (
        "INSERT OR DELETE OR UPDATE OF html, deleted_at, hidden_at, is_answer, thread_id",
        "papers_tell_of_post()",
    ),
    "thanks": ("INSERT OR DELETE", "papers_tell_of_thanks()"),
    "asking": ("INSERT OR DELETE", "papers_tell_of_asking()"),
}
FUNCTIONS = ["paper", "part", "claim", "post", "thanks", "asking"]


def created() -> str:
    return TELL + "".join(
        f"CREATE TRIGGER tell_of_change AFTER {events} ON papers_{table} FOR EACH ROW EXECUTE FUNCTION {function};\n"
        for table, (events, function) in TRIGGERS.items()
    )


def dropped() -> str:
    return (
        "".join(f"DROP TRIGGER tell_of_change ON papers_{table};\n" for table in TRIGGERS)
        + "".join(f"DROP FUNCTION papers_tell_of_{name}();\n" for name in FUNCTIONS)
        + "DROP FUNCTION papers_tell(bigint, text, bigint);"
    )


class Migration(migrations.Migration):
    dependencies = [("papers", "0015_what_texts_refer_to")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("place", "place"), ("note", "note"), ("thread", "thread"), ("post", "post")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("target", models.BigIntegerField(null=True, verbose_name="what changed")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "paper",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="papers.paper",
                    ),
                ),
            ],
            options={
                "verbose_name": "change on a page",
                "verbose_name_plural": "changes on pages",
                "indexes": [
                    models.Index(fields=["paper", "at"], name="changes_of_a_paper"),
                    models.Index(fields=["at"], name="old_changes"),
                ],
            },
        ),
        migrations.RunSQL(created(), dropped()),
    ]
