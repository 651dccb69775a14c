"""Django's admin: every model is there, for organisers only, and what has consequences can only be looked at."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group as PermissionGroup
from django.urls import reverse

from papers.attendance.models import Attendance
from papers.calendars.models import CalendarEvent, CalendarFeed
from papers.catalogue.models import (
    Edit,
    Entry,
    Lineage,
    Link,
    ListImport,
    Merge,
    Milestone,
    Paper,
    Proposal,
    SearchWord,
    Vote,
)
from papers.claims.models import Bid, Claim, Duty, Offer, Partner, Swap, WaitingPlace
from papers.digests.models import Digest
from papers.discussion.models import Alias, Asking, InboxItem, Post, PostVersion, Thanks, Thread, Unmasking, Watch
from papers.figures.models import Figure
from papers.jobs.models import Job
from papers.mail.models import Outgoing, RefusedAddress
from papers.markup.models import Macro
from papers.members.models import Act, Application, Away, Invite, Member, SignInLink
from papers.minutes.models import ActionItem, Material, Section, SectionVersion
from papers.notes.models import Draft, Note, NoteVersion, Opened, Reading, Seen
from papers.planning.models import PlanChange
from papers.reminders.models import AgreedTime, Announcement
from papers.sessions.models import Break, FormerSlot, ReadingSession, Series, Slot

NOW = dt.datetime(2023, 3, 2, 11, 30, tzinfo=dt.UTC)
MODELS = list(apps.get_app_config("papers").get_models())
NAMES = [model._meta.model_name for model in MODELS]
# What may be written here, because nothing follows from it. All else goes through the site's actions.
ADDED = {"entry", "link", "paper", "part", "readinglist"}
CHANGED = {"entry", "link", "member", "paper", "part", "readinglist", "thread"}
DELETED = {"entry", "link"}

each_model = pytest.mark.parametrize("model", MODELS, ids=NAMES)


@pytest.fixture
def records(alice, bob, charlie, a_paper):
    """One record of every model at least."""
    paper = a_paper("Attention Is All You Need", aliases=["Transformer"], authors=["Ashish Vaswani"])
    Link.objects.create(paper=paper, url="https://example.org/code")
    other = Paper.objects.create(number=2, title="BERT", on_list=False)
    Lineage.objects.create(source=other, target=paper, kind="builds_on", evidence_en="It is its encoder.")
    Milestone.objects.create(entry=paper.entries.get(), position=1, said="2018-10", paper=other)
    Edit.objects.create(paper=paper, by=alice, before={"year": 2016}, after={"year": 2017})
    Merge.objects.create(kept=paper, gone=other, by=alice)
    Vote.objects.create(proposal=Proposal.objects.create(said="2302.13971", by=bob), member=bob)
    ListImport.objects.create(by=alice, format="markdown", text="- x")
    SearchWord.objects.create(word="transformer")
    Reading.objects.create(member=bob, paper=paper, state="read")
    series = Series.objects.create(
        weekday=4, wall_time="19:30", time_zone="Asia/Shanghai", first_date=NOW.date(), weeks=1, made_by=alice
    )
    session = ReadingSession.objects.create(
        series=series, date=NOW.date(), wall_time="19:30", time_zone="Asia/Shanghai", starts_at=NOW
    )
    Slot.objects.create(session=session, paper=paper, position=1)
    FormerSlot.objects.create(session=session, paper=paper, position=1, minutes=30)
    Break.objects.create(name="Exams", first=NOW.date(), last=NOW.date(), made_by=alice)
    PlanChange.objects.create(kind="push", by=alice, after={"sessions": {}, "slots": []})
    Attendance.objects.create(session=session, member=bob, answer="yes")
    minutes = Section.objects.create(session=session, position=1, title="Next", renderer=1, saved_by=bob, saved_at=NOW)
    SectionVersion.objects.create(section=minutes, version=1, saved_by=bob, saved_at=NOW)
    ActionItem.objects.create(section=minutes, number=0, member=bob, text="mend it")
    Material.objects.create(session=session, kind="slides", url="https://example.org/s.pdf", added_by=bob)
    claim = Claim.objects.create(paper=paper, holder=bob)
    Partner.objects.create(claim=claim, member=alice, role="understudy", state="accepted", expires_at=NOW)
    Opened.objects.create(member=bob, paper=paper)
    Macro.objects.create(name="RR", definition="R", made_by=alice)
    Duty.objects.create(session=session, role="host", member=bob)
    waiting = WaitingPlace.objects.create(paper=paper, member=alice)
    Away.objects.create(member=bob, first=NOW.date(), last=NOW.date())
    Bid.objects.create(paper=paper, member=alice, wish="want")
    Offer.objects.create(paper=paper, member=alice, place=waiting, expires_at=NOW)
    other = Paper.objects.exclude(pk=paper.pk)[0]
    Swap.objects.create(given=claim, wanted=Claim.objects.create(paper=other, holder=alice), expires_at=NOW)
    note = Note.objects.create(paper=paper, author=bob, body="words of a note", html="<p>", renderer=1)
    NoteVersion.objects.create(note=note, version=1, body="words before", saved_at=NOW, by=bob, visibility="group")
    Figure.objects.create(kind="image/png", width=1, height=1, data=b"", digest="0", by=bob, check_at=NOW)
    Draft.objects.create(member=bob, target="note:paper:1", body="words not yet said", saved_at=NOW)
    Seen.objects.create(paper=paper, member=bob, seen_at=NOW)
    thread = Thread.objects.create(paper=paper, author=bob, title="Why scale?")
    post = Post.objects.create(thread=thread, author=bob, body="words of a post", html="<p>", renderer=1)
    PostVersion.objects.create(post=post, version=1, body="words before", written_at=NOW)
    hidden = Thread.objects.create(paper=paper, author=bob, title="Without a name", alias=3)
    Unmasking.objects.create(
        alias=Alias.objects.create(thread=hidden, member=bob, number=3), by=alice, because="A threat."
    )
    Asking.objects.create(thread=thread, member=alice)
    Thanks.objects.create(post=post, member=alice)
    Watch.objects.create(paper=paper, member=alice, level="off")
    InboxItem.objects.create(member=bob, kind="thanks", post=post, by=alice)
    CalendarEvent.objects.create(session=session, said="x", changed_at=NOW)
    CalendarFeed.objects.create(member=bob, generation=77665544332211, made_at=NOW, changed_at=NOW)
    AgreedTime.objects.create(session=session, sequence=0, starts_at=NOW, time_zone="UTC", since=NOW)
    mail = Outgoing.objects.create(
        kind="code",
        key="code:1",
        address=bob.email,
        subject="Your code",
        text="the code is SECRET-1",
        html="SECRET-2",
        headers={"List-Unsubscribe": "SECRET-3"},
        due_at=NOW,
        next_try_at=NOW,
    )
    RefusedAddress.objects.create(address="gone@example.org", words="550 no such user", refused_at=NOW)
    Job.objects.create(name="digest", ran_at=NOW)
    Announcement.objects.create(mail=mail, session=session, sequence=0)
    Digest.objects.create(member=bob, week="2023-W09", since=NOW, until=NOW)
    Invite.objects.create(expires_at=NOW, made_by=alice)
    Application.objects.create(name="Dan", email="dan@example.org", sentence="Hello.", language="en")
    SignInLink.objects.create(token_hash="SECRET-4", expires_at=NOW)
    Act.objects.create(verb="make series", about="series:1", by=alice)


def address(model, page, *args) -> str:
    return reverse(f"admin:papers_{model._meta.model_name}_{page}", args=args)


@each_model
def test_every_model_is_registered_with_columns_of_its_own(model):
    assert model in admin.site._registry
    assert admin.site._registry[model].list_display != ("__str__",)


@each_model
def test_organisers_see_every_page(model, records, alice, client_of):
    client = client_of(alice)
    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "change", model.objects.first().pk)).status_code == 200
    assert client.get(address(model, "history", model.objects.first().pk)).status_code == 200
    added = client.get(address(model, "add"))
    assert added.status_code == (200 if model._meta.model_name in ADDED else 403)


@each_model
def test_every_list_can_be_searched_and_filtered(model, records, alice, client_of):
    client, page = client_of(alice), address(model, "changelist")
    registered = admin.site._registry[model]
    if registered.search_fields:
        assert client.get(page, {"q": "attention"}).status_code == 200
    for name in registered.list_filter:
        lookup = f"{name[0]}__isempty" if isinstance(name, tuple) else name
        assert client.get(page, {lookup: "1"}).status_code in (200, 302)


@each_model
def test_nobody_else_sees_any_page(model, records, bob, rita, charlie, client_of, client):
    pages = [address(model, "changelist"), address(model, "change", model.objects.first().pk), address(model, "add")]
    for page in [*pages, reverse("admin:index")]:
        for member in (bob, rita):
            refused = client_of(member).get(page)
            assert refused.status_code == 403
            assert "organisers" in refused.content.decode()
        for outsider in (client, client_of(charlie)):
            assert outsider.get(page, follow=True).request["PATH_INFO"] == "/accounts/login/"


@each_model
def test_what_has_consequences_can_only_be_looked_at(model, records, alice, rf):
    request = rf.get("/admin/")
    request.user = alice
    registered, name = admin.site._registry[model], model._meta.model_name
    assert registered.has_view_permission(request)
    assert registered.has_add_permission(request) == (name in ADDED)
    assert registered.has_change_permission(request) == (name in CHANGED)
    assert registered.has_delete_permission(request) == (name in DELETED)


def test_secrets_are_on_no_page(records, alice, client_of):
    Member.objects.update(password="SECRET-5")
    client = client_of(alice)
    for model in MODELS:
        for row in model.objects.all():
            page = client.get(address(model, "change", row.pk)).content
            assert b"SECRET" not in page
            assert b"77665544332211" not in page


def test_nobody_gets_another_role_or_address_here(records, alice, bob, client_of):
    page = address(Member, "change", bob.pk)
    form = client_of(alice).get(page).context["adminform"].form
    sent = {**form.initial, "name": "Robert", "role": "organiser", "email": "new@example.org", "is_active": ""}
    assert client_of(alice).post(page, sent).status_code == 302
    bob.refresh_from_db()
    assert (bob.name, bob.role, bob.email, bob.is_active) == ("Robert", "member", "bob@example.org", True)
    assert EmailAddress not in admin.site._registry
    assert PermissionGroup not in admin.site._registry


def test_a_paper_is_corrected_with_its_places_and_links(records, alice, client_of):
    paper = Paper.objects.get(number=1)
    page = address(Paper, "change", paper.pk)
    response = client_of(alice).get(page)
    sent = dict(response.context["adminform"].form.initial)
    sent |= {"title": "Attention is all they needed", "authors": "Ashish Vaswani,Noam Shazeer", "number": 99}
    sent |= {"aliases": "Transformer"}
    for formset in response.context["inline_admin_formsets"]:
        management = formset.formset.management_form
        sent |= {management.add_prefix(name): value for name, value in management.initial.items()}
        for form in formset.formset.initial_forms:
            sent |= {bound.html_name: bound.value() for bound in form}
    sent = {name: "" if value is None else value for name, value in sent.items()}
    saved = client_of(alice).post(page, sent)
    assert saved.status_code == 302, saved.context["errors"]
    paper.refresh_from_db()
    assert (paper.number, paper.title) == (1, "Attention is all they needed")
    assert paper.authors == ["Ashish Vaswani", "Noam Shazeer"]
    assert Entry.objects.get().paper == paper


def test_a_new_paper_is_offered_the_next_number(records, alice, client_of):
    form = client_of(alice).get(address(Paper, "add")).context["adminform"].form
    assert form.initial["number"] == 3


@pytest.mark.parametrize("model", [Paper, Entry, Claim, Slot, Note, Post, Outgoing], ids=lambda m: m.__name__)
def test_lists_take_the_same_queries_for_one_row_and_three(
    model, records, alice, a_paper, client_of, django_assert_max_num_queries
):
    client, page = client_of(alice), address(model, "changelist")
    with django_assert_max_num_queries(8):
        client.get(page)
    for title in ("Two", "Three"):
        paper = a_paper(title)
        Claim.objects.create(paper=paper, holder=alice)
        Slot.objects.create(session=ReadingSession.objects.get(), paper=paper, position=paper.number)
        Note.objects.create(paper=paper, author=alice, body=title, html="", renderer=1)
        thread = Thread.objects.create(paper=paper, author=alice, title=title)
        Post.objects.create(thread=thread, author=alice, body=title, html="", renderer=1)
        Outgoing.objects.create(kind="x", key=title, address="a@example.org", due_at=NOW, next_try_at=NOW)
    with django_assert_max_num_queries(8):
        client.get(page)


def test_what_is_private_or_not_saved_is_not_shown_to_organisers(records, alice, bob, client_of):
    note = Note.objects.get()
    for visibility, status in (("group", 200), ("private", 302)):
        Note.objects.update(visibility=visibility)
        client = client_of(alice)
        assert client.get(address(Note, "change", note.pk)).status_code == status
        assert client.get(address(NoteVersion, "change", NoteVersion.objects.get().pk)).status_code == status
    draft = client_of(alice).get(address(Draft, "change", Draft.objects.get().pk))
    assert "words not yet said" not in draft.content.decode()
