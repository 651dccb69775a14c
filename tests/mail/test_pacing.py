"""One domain gets its share a minute; the rest of it waits, and other domains do not."""

import datetime as dt

import pytest
from django.core.cache import cache

from papers.mail import rules, sending
from papers.mail.models import Outgoing

NOW = dt.datetime(2023, 3, 3, 12, 0, 30, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def share(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pacing"}}
    settings.MAILS_PER_DOMAIN = 2
    cache.clear()


def test_what_is_too_much_for_a_domain_waits_for_the_next_minute(mail_server, queued):
    for number in range(5):
        queued(f"m{number}@Example.org", due_at=NOW)
    queued("other@example.com", due_at=NOW)
    assert sending.send_waiting(NOW) == {"sent": 3, "waiting": 1}
    waiting = Outgoing.objects.filter(state="waiting")
    start = NOW + dt.timedelta(seconds=30)
    assert set(waiting.values_list("next_try_at", flat=True)) == {start}
    assert waiting.filter(error=rules.TOO_MANY).count() == 1
    assert sending.send_waiting(start) == {"sent": 2, "waiting": 1}
    assert sending.send_waiting(start + dt.timedelta(minutes=1)) == {"sent": 1}
    assert len(set(mail_server.recipients)) == 6


def test_a_sign_in_code_waits_for_nothing(mail_server, queued):
    for number in range(3):
        queued(f"m{number}@example.org", due_at=NOW)
    assert sending.send_waiting(NOW) == {"sent": 2, "waiting": 1}
    queued("m0@example.org", key="code", secret=True, due_at=NOW)
    assert sending.send_waiting(NOW) == {"sent": 1}


def test_without_a_share_nothing_waits(mail_server, queued, settings):
    settings.MAILS_PER_DOMAIN = 0
    for number in range(3):
        queued(f"m{number}@example.org", due_at=NOW)
    assert sending.send_waiting(NOW) == {"sent": 3}


def test_a_cache_that_is_away_stops_no_mail(mail_server, queued, settings):
    nowhere = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {"default": {**nowhere, "OPTIONS": {"IGNORE_EXCEPTIONS": True}}}
    for number in range(3):
        queued(f"m{number}@example.org", due_at=NOW)
    assert sending.send_waiting(NOW) == {"sent": 3}
