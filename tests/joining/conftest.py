import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.utils import translation

from papers.joining import actions
from papers.mail.models import Outgoing
from papers.members.models import Group, Invite


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    """Limits count in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def an_invite(alice) -> Callable[..., Invite]:
    def make(**facts) -> Invite:
        return actions.invite(**{"role": "member", "note": "Chat", "uses": 2, "days": 14, **facts}, by=alice)

    return make


@pytest.fixture
def signup(group) -> Callable[[str], None]:
    """Say who may join."""

    def change(mode: str) -> None:
        Group.objects.update(signup=mode)

    return change


@pytest.fixture
def mailed_code() -> Callable[[str], str]:
    """Return the code in the newest mail to an address."""

    def read(address: str) -> str:
        mail = Outgoing.objects.filter(address=address).latest("pk")
        (code,) = re.findall(r"^ +(\d{6})$", mail.text, re.MULTILINE)
        return code

    return read
