import time

import pytest
from django.core.cache import cache
from django.test import Client

from papers.due import health
from readinggroup.celery import app, say_that_the_worker_is_alive


@pytest.fixture(autouse=True)
def _nobody_has_spoken():
    cache.delete_many(["alive:worker", "alive:beat"])
    yield
    cache.delete_many(["alive:worker", "alive:beat"])


def ask(query: str = "") -> tuple[int, str]:
    began = time.monotonic()
    response = Client().get(f"/healthz{query}")
    assert time.monotonic() - began < 3
    return response.status_code, response.content.decode()


@pytest.mark.django_db
def test_ok_when_all_are_alive():
    say_that_the_worker_is_alive()
    cache.set("alive:beat", "yes", 15)
    assert ask() == (200, "ok\n")


@pytest.mark.django_db
def test_who_is_silent_is_named():
    assert ask() == (503, "not alive: worker, beat\n")
    say_that_the_worker_is_alive()
    assert ask() == (503, "not alive: beat\n")


def test_the_web_answers_for_itself_without_a_database():
    assert ask("?only=web") == (200, "ok\n")


@pytest.mark.django_db
def test_a_broker_that_is_away_is_named(monkeypatch):
    say_that_the_worker_is_alive()
    cache.set("alive:beat", "yes", 15)
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    assert ask() == (503, "not alive: broker\n")


@pytest.mark.django_db
def test_a_database_that_is_away_is_named_without_signing_anybody_in(monkeypatch, alice, client_of):
    say_that_the_worker_is_alive()
    cache.set("alive:beat", "yes", 15)
    client = client_of(alice)
    monkeypatch.setattr(health, "connection", Elsewhere())
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"not alive: database\n")


class Elsewhere:
    """A database connection whose server nobody has started."""

    def get_connection_params(self) -> dict:
        return {"dbname": "x", "host": "127.0.0.1", "port": "9"}


def test_it_is_never_kept_and_never_written_to():
    response = Client().get("/healthz?only=web")
    assert "no-store" in response["Cache-Control"]
    assert Client().post("/healthz").status_code == 405


def test_a_check_that_hangs_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(health, "SECONDS", 0.05)
    monkeypatch.setattr(health, "ask_database", lambda: time.sleep(0.5))
    assert "database" in health.not_alive()
