"""The whole site as one file, and an empty site that goes on from it."""

import datetime as dt
import io
import json
import zipfile
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from icalendar import Calendar

from papers.archive import actions, rules
from papers.archive.exporting import write
from papers.archive.rows import MODELS
from papers.attendance import actions as attendance
from papers.calendars import actions as calendars
from papers.calendars import queries as feeds
from papers.catalogue import actions as catalogue
from papers.catalogue import seeding
from papers.catalogue.models import Paper
from papers.claims import actions as claims
from papers.claims import duties, handing_out, partners, swapping, waiting
from papers.discussion import actions as discussion
from papers.discussion import answering, moderating, watching
from papers.figures import actions as figures
from papers.macros import actions as macros
from papers.mail.models import Outgoing
from papers.members.away import go_away
from papers.members.models import Act, Member, SignInLink
from papers.members.tokens import make
from papers.merging import actions as merging
from papers.minutes import actions as minutes
from papers.notes import actions as notes
from papers.notes.masking import open_paper
from papers.notes.models import Note
from papers.planning import actions as planning
from papers.planning import plans
from papers.refusals import Refused
from papers.sessions import actions as sessions
from papers.sessions.breaks import add_break
from tests.figures.conftest import made

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2023, 7, 5, 12, tzinfo=dt.UTC)
HOSTILE = "---\ntitle: x\n---\r\n  trailing  \n\n$x^2$ <script>alert(1)</script> 价值对齐 \u2028 end"


@pytest.fixture
def site(alice, bob, rita, charlie, time_machine) -> None:
    """A little of everything."""
    time_machine.move_to(NOW, tick=False)
    seeding.load_list()
    papers = list(Paper.objects.order_by("number")[:6])
    note = notes.write_note(papers[0], "First words.", by=bob)
    notes.edit_note(note, HOSTILE, 1, by=bob)
    Note.objects.update(written_at=dt.datetime(2023, 7, 5, 12, 0, 0, 456, tzinfo=dt.UTC))
    notes.delete_note(notes.write_note(papers[0], "Deleted words.", by=bob), by=bob)
    notes.set_reading(papers[0], "read", by=rita)
    notes.mark_seen(papers[0], by=rita, at=NOW)
    figures.keep_figure(made(), by=bob)
    thread = discussion.start_thread(papers[1], "Why?", "question", "Because of $a_b$.", by=bob)
    answer = discussion.reply(thread, "So it was.", by=alice)
    discussion.edit_post(answer, "So it is.", 1, by=alice)
    answering.mark_answer(answer, by=bob)
    answering.thank(answer, by=bob)
    answering.ask_too(discussion.start_thread(papers[1], "How?", "question", "How so?", by=bob), by=alice)
    unnamed = discussion.reply(thread, "I dare not ask.", by=bob, byline="alias")
    moderating.unmask(unnamed, "A threat.", by=alice)
    watching.watch(papers[1], "all", by=rita)
    session = sessions.make_session(
        dt.date(2023, 7, 10), dt.time(19), "Asia/Shanghai", by=alice, place="Room, 3; x\\y"
    )
    sessions.put_in_slot(session, papers[0], by=alice)
    other = sessions.make_session(dt.date(2023, 7, 17), dt.time(19), "Asia/Shanghai", by=alice)
    sessions.put_in_slot(other, papers[3], by=alice)
    add_break(dt.date(2023, 8, 1), dt.date(2023, 8, 5), "Summer", by=alice)
    sessions.cancel_session(other, "Holiday", by=alice)
    one, two = claims.claim(papers[0], by=bob), claims.claim(papers[1], by=alice)
    waiting.join(papers[0], by=alice)
    swapping.ask(one, two, by=bob)
    open_paper(papers[0], by=rita)
    macros.save_macro("RR", 0, r"\mathbb{R}", by=alice)
    partners.stand_by(papers[0], by=alice)
    duties.give(session, "host", bob, by=alice)
    go_away(bob, dt.date(2023, 7, 8), dt.date(2023, 7, 12))
    handing_out.bid(papers[3], "want", by=bob)
    catalogue.edit_paper(papers[2], {"title": "Another title"}, papers[2].version, by=alice)
    merging.merge(papers[5], papers[4], by=alice)
    planning.apply(partial(plans.push, session, 1), plans.push(session, 1, NOW).seen, by=alice)
    calendars.note_changes(NOW)
    attendance.answer(session, "yes", by=bob)
    minutes.add_material(session, "slides", "https://example.org/s.pdf", "Slides", by=bob)
    session.refresh_from_db()
    time_machine.move_to(session.starts_at, tick=False)
    minutes.write(minutes.begin(session, by=alice)[0], "- [ ] @Bob mends it by 8/1", 1, by=alice)
    time_machine.move_to(NOW, tick=False)
    calendars.new_address(bob, by=bob)


def archived() -> bytes:
    file = io.BytesIO()
    write(file, now=NOW)
    return file.getvalue()


def emptied() -> None:
    tables = ", ".join(connection.ops.quote_name(name) for name in connection.introspection.django_table_names())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {tables} CASCADE")


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(data: bytes, name: str, said: bytes | None) -> io.BytesIO:
    """Return the archive with one of its files changed, or left out for None."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for there, text in (contents(data) | {name: said}).items():
            if text is not None:
                archive.writestr(there, text)
    made.seek(0)
    return made


def test_an_empty_site_becomes_the_same_site(site, client_of):
    before = archived()
    emptied()
    counts = actions.bring_in(io.BytesIO(before))
    Act.objects.filter(verb="import site").delete()
    assert contents(archived()) == contents(before)
    assert counts == json.loads(contents(before)["site.json"])["counts"]
    none_here = {"vote", "proposal", "series", "offer", "digest"}
    assert {name for name, count in counts.items() if not count} <= none_here
    assert len(counts) == len(MODELS)
    # What does not travel is made anew: rendered texts, search words, the next keys.
    note = Note.objects.get(deleted_at=None)
    assert note.body == HOSTILE
    assert note.written_at.microsecond == 456
    assert "<math" in note.html
    assert "<script" not in note.html
    bob = Member.objects.get(name="Bob")
    assert not bob.has_usable_password()
    assert bob.emailaddress_set.get().verified
    client = client_of(bob)
    assert client.get("/search/", {"q": "价值对齐"}).context["groups"]
    assert client.get("/papers/1/").status_code == 200
    assert notes.write_note(note.paper, "The next one.", by=bob).pk > note.pk


def test_people_can_read_it(site):
    files = contents(archived())
    (page,) = (text.decode() for name, text in files.items() if name.startswith("papers/0001-"))
    assert page.startswith("---\nnumber: 1\ntitle: ")
    assert HOSTILE in page
    assert "Deleted words." not in b"".join(files.values()).decode()
    events = Calendar.from_ical(files["sessions.ics"]).walk("VEVENT")
    assert [str(event["status"]) for event in events] == ["CONFIRMED", "CANCELLED"]
    assert str(events[0]["location"]) == "Room, 3; x\\y"
    assert {"list.bib", "list.ris", "list.csv", "list.md", "list.json", "README.md"} <= files.keys()


def test_no_secret_is_in_it(site, alice):
    alice.set_password("correct horse battery")
    alice.save()
    SignInLink.objects.create(member=alice, token_hash="SECRET-HASH", expires_at=NOW)
    Outgoing.objects.create(
        kind="code", key="code:x", address=alice.email, subject="x", text="SECRET-CODE", due_at=NOW, next_try_at=NOW
    )
    feed = feeds.feed_of(Member.objects.get(name="Bob"))
    everything = b"".join(contents(archived()).values()).decode()
    for secret in (
        "SECRET",
        alice.password,
        make("unsubscribe", alice.pk),
        str(feed.generation),
        feeds.token_of(feed),
    ):
        assert secret not in everything


def refused(file: io.BytesIO) -> str:
    with pytest.raises(Refused) as refusal:
        actions.bring_in(file)
    assert not Paper.objects.exists()
    assert not Member.objects.exists()
    return refusal.value.sentence


def test_what_is_no_whole_archive_leaves_nothing_behind(site, monkeypatch):
    data = archived()
    emptied()
    rows = contents(data)
    claims, people, links = "data/claim.jsonl", "data/member.jsonl", "data/link.jsonl"
    later = json.dumps({**json.loads(rows["site.json"]), "version": 99}).encode()
    assert "no archive" in refused(changed(data, "site.json", b"{}"))
    assert "later version" in refused(changed(data, "site.json", later))
    for broken in (
        io.BytesIO(b"not a zip"),
        io.BytesIO(data[: len(data) // 2]),
        changed(data, "site.json", None),
        changed(data, "site.json", b"[1"),
        changed(data, claims, None),
        changed(data, claims, rows[claims].splitlines(True)[0]),
        changed(data, claims, rows[claims] + b"[]\n"),
        changed(data, claims, rows[claims].replace(b'"holder": ', b'"holder": 99')),
        changed(data, claims, b"[" * 100_000),
        changed(data, people, rows[people].replace(b'"name"', b'"password": "x", "name"')),
        changed(data, people, rows[claims]),
        changed(data, links, rows[links].replace(b"https://", b"javascript:")),
    ):
        assert "damaged" in refused(broken)
    monkeypatch.setattr(rules, "MOST_OF_A_ROW", 100)
    assert "too large" in refused(io.BytesIO(data))
    monkeypatch.setattr(rules, "MOST_BYTES", 1000)
    assert "Unpacked" in refused(io.BytesIO(data))


def test_a_site_with_something_in_it_is_left_alone(site):
    with pytest.raises(Refused, match="not empty"):
        actions.bring_in(io.BytesIO(archived()))


def test_the_commands_write_a_file_and_bring_it_in(site, tmp_path, capsys):
    file = tmp_path / "site.zip"
    call_command("export_site", str(file))
    assert "member: 4" in capsys.readouterr().out
    with pytest.raises(CommandError, match="there already"):
        call_command("export_site", str(file))
    with pytest.raises(CommandError, match="not empty"):
        call_command("import_site", str(file))
    with pytest.raises(CommandError, match="not read"):
        call_command("import_site", str(tmp_path / "none.zip"))
    emptied()
    call_command("import_site", str(file))
    assert "member: 4" in capsys.readouterr().out


def test_organisers_download_it(alice, bob, rita, client, client_of):
    assert client.post("/organise/export/").status_code == 302
    for member in (bob, rita):
        assert client_of(member).get("/organise/export/").status_code == 403
        assert client_of(member).post("/organise/export/").status_code == 403
    assert "Download everything" in client_of(alice).get("/organise/export/").content.decode()
    assert not Act.objects.exists()
    response = client_of(alice).post("/organise/export/")
    assert response["Content-Disposition"].startswith('attachment; filename="reading-group-')
    assert response["Cache-Control"] == "no-store"
    assert "site.json" in contents(b"".join(response.streaming_content))
    assert Act.objects.get().verb == "export site"
