"""The cast: Alice organises, Bob is a member, Charlie has left, Rita is a reader."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation

from papers.catalogue.models import Entry, Paper, Part, ReadingList
from papers.members.models import Group, Member, Role


@pytest.fixture(autouse=True)
def _english(settings) -> Iterator[None]:
    """Let rules and actions speak English to the tests; a request speaks the language of its member."""
    # What a new thread speaks.
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def group(db) -> Group:
    return Group.objects.create(
        pk=1,
        name="论文阅读组",
        language="zh-hans",
        time_zone="Asia/Shanghai",
        starts_on=dt.date(2023, 2, 27),
        first_goal=100,
        goal=150,
        weeks=26,
        papers_per_week=6,
        set_up_at=dt.datetime(2023, 2, 20, tzinfo=dt.UTC),
        # Nothing is masked but in the tests of masking.
        first_thoughts=False,
    )


def make_member(name: str, role: Role = Role.MEMBER, **facts) -> Member:
    member = Member(
        email=f"{name.lower()}@example.org",
        name=name,
        role=role,
        # Nothing waits for the morning but in the tests of nights: they must not depend on when they run.
        **{"language": "en", "time_zone": "Europe/Berlin", "quiet_nights": False, **facts},
    )
    member.set_unusable_password()
    member.save()
    member.emailaddress_set.create(email=member.email, verified=True, primary=True)
    return member


@pytest.fixture
def alice(group) -> Member:
    return make_member("Alice", Role.ORGANISER)


@pytest.fixture
def bob(group) -> Member:
    return make_member("Bob")


@pytest.fixture
def charlie(group) -> Member:
    return make_member("Charlie", is_active=False, left_at=dt.datetime(2023, 5, 1, tzinfo=dt.UTC))


@pytest.fixture
def rita(group) -> Member:
    return make_member("Rita", Role.READER)


@pytest.fixture
def a_member(group) -> Callable[..., Member]:
    """Make one more member by name."""
    return make_member


@pytest.fixture
def client_of() -> Callable[[Member], Client]:
    """Return a client signed in as this member."""

    def sign_in(member: Member) -> Client:
        client = Client()
        client.force_login(member)
        return client

    return sign_in


@pytest.fixture
def part(group) -> Part:
    reading_list = ReadingList.objects.create(title_zh="阅读清单", title_en="Reading list")
    return Part.objects.create(
        reading_list=reading_list, number=1, title_zh="基础语言大模型", title_en="Base language models"
    )


@pytest.fixture
def a_paper(part) -> Callable[..., Paper]:
    """Make a paper with the next list number and a place in the part."""

    def make(title: str = "Attention Is All You Need", **facts) -> Paper:
        number = facts.pop("number", Paper.objects.count() + 1)
        paper = Paper.objects.create(number=number, title=title, **facts)
        if paper.on_list:
            Entry.objects.create(part=part, position=part.entries.count() + 1, paper=paper, title_seed=title)
        return paper

    return make
