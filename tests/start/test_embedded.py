"""The embedded servers, really started, shared, killed and started again."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from readinggroup import embedded
from readinggroup.embedded import places
from readinggroup.embedded.postgres import Postgres
from readinggroup.embedded.sharing import CannotStart
from readinggroup.embedded.valkey import Valkey

# Enters a server's context in a process of its own, says so, and stays until its input is closed.
HOLDER = """
import sys
from pathlib import Path
from readinggroup.embedded.{module} import {name}
with {name}(Path(sys.argv[1])).in_use():
    print("in use", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def postgres(home: Path) -> Callable[[], Postgres]:
    """Each call returns another user of the same server."""
    return lambda: Postgres(home, sync=False)


@contextmanager
def holder(server: type[Postgres] | type[Valkey], home: Path) -> Iterator[subprocess.Popen[str]]:
    """Yield a process that uses the server, and that may be killed."""
    code = HOLDER.format(module=server.__name__.lower(), name=server.__name__)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code, str(home)], **pipes) as process:
        assert process.stdout.readline() == "in use\n"
        yield process


def connect(server: Postgres) -> psycopg.Connection:
    return psycopg.connect(host=str(server.sockets), user="app", dbname="readinggroup", autocommit=True)


def ask(server: Postgres, query: str) -> object:
    with connect(server) as connection:
        return connection.execute(query).fetchone()[0]


def postmaster(server: Postgres) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


def kill(pid: int, server: Postgres | Valkey) -> None:
    os.kill(pid, signal.SIGKILL)
    while server.alive():
        time.sleep(0.01)


def test_the_last_to_leave_stops_postgres(postgres):
    first, second = postgres(), postgres()
    with first.in_use():
        with second.in_use():
            assert ask(second, "SELECT 1") == 1
        assert first.answers()
    assert not first.alive()


def test_the_database_sorts_and_splits_words_alike_everywhere(postgres):
    server = postgres()
    with server.in_use():
        columns = "concat_ws(' ', datlocprovider, datlocale, datctype)"
        assert ask(server, f"SELECT {columns} FROM pg_database WHERE datname = 'readinggroup'") == "b C.UTF-8 C.UTF-8"
        assert ask(server, "SHOW listen_addresses") == ""


def test_six_starts_at_once_share_one_server(postgres, home):
    with postgres().in_use():
        pass
    code = HOLDER.format(module="postgres", name="Postgres")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    holders = [subprocess.Popen([sys.executable, "-c", code, str(home)], **pipes) for _ in range(6)]
    assert [process.stdout.readline() for process in holders] == ["in use\n"] * 6
    assert postgres().log.read_text().count("starting PostgreSQL") == 2
    for process in holders:
        process.communicate()
    assert [process.returncode for process in holders] == [0] * 6
    assert not postgres().alive()


def test_a_server_whose_users_were_killed_is_adopted(postgres, home):
    server = postgres()
    with holder(Postgres, home) as process:
        pid = postmaster(server)
        process.kill()
    assert server.alive()
    with server.in_use():
        assert postmaster(server) == pid
    assert not server.alive()


def test_nothing_committed_is_lost_when_everything_is_killed(postgres, home):
    server = postgres()
    with holder(Postgres, home) as process:
        with connect(server) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        process.kill()
    kill(postmaster(server), server)
    with server.in_use():
        assert ask(server, "SELECT answer FROM kept") == 42


def test_a_stale_pid_that_went_to_another_program_does_not_hinder_the_start(postgres, home):
    server = postgres()
    with holder(Postgres, home) as process:
        process.kill()
    kill(postmaster(server), server)
    recorded = server.data / "postmaster.pid"
    recorded.write_text(recorded.read_text().replace(str(postmaster(server)), str(os.getppid()), 1))
    with server.in_use():
        assert ask(server, "SELECT 1") == 1


def test_a_server_killed_under_its_user_is_revived(postgres):
    server = postgres()
    with server.in_use():
        kill(postmaster(server), server)
        server.revive()
        assert ask(server, "SELECT 1") == 1


def test_a_cluster_that_was_half_made_is_made_anew(postgres, home):
    (home / "postgres.unfinished").mkdir(parents=True)
    (home / "postgres.unfinished" / "PG_VERSION").write_text("18")
    server = postgres()
    with server.in_use():
        assert ask(server, "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path):
    home = tmp_path / ("long" * 25)
    server = Postgres(home, sync=False)
    with server.in_use():
        assert ask(server, "SELECT 1") == 1
        assert server.sockets.parent == Path("/tmp")
        assert server.sockets.stat().st_mode & 0o777 == 0o700
    server.sockets.rmdir()


def test_a_private_folder_is_used_and_stays_private(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    before = private.stat().st_mode, tmp_path.stat().st_mode
    server = Postgres(private / "var", sync=False)
    with server.in_use():
        assert ask(server, "SELECT 1") == 1
    assert (private.stat().st_mode, tmp_path.stat().st_mode) == before


@pytest.mark.parametrize("mode", [0o700, 0o755])
def test_root_does_without_user_namespaces(tmp_path, monkeypatch, mode):
    """Containers often refuse them; for anybody but root nothing changes."""
    refusing = tmp_path / "bin" / "unshare"
    refusing.parent.mkdir()
    refusing.write_text("#!/bin/sh\nexit 1\n")
    refusing.chmod(0o755)
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(mode)
    server = Postgres(tmp_path / "var", sync=False)
    with monkeypatch.context() as without_namespaces:
        without_namespaces.setenv("PATH", f"{refusing.parent}:{os.environ['PATH']}")
        with server.in_use(), connect(server) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        assert tmp_path.stat().st_mode & 0o777 == mode
    with server.in_use():
        assert ask(server, "SELECT answer FROM kept") == 42
    shutil.rmtree(f"/var/lib/readinggroup-{places.digest(server.home)}", ignore_errors=True)


def test_data_of_another_major_version_is_refused_with_a_way_out(postgres):
    server = postgres()
    with server.in_use():
        pass
    (server.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(CannotStart, match=r"written by PostgreSQL 16, but the programs found are 18.*backup"):
        server.in_use().__enter__()


def test_a_start_that_fails_repeats_the_last_words(postgres):
    broken = Postgres(postgres().home, settings=("no_such_setting=1",), sync=False)
    with pytest.raises(CannotStart, match=r"ended while it was starting(.|\n)*no_such_setting"):
        broken.in_use().__enter__()


def test_programs_are_looked_for_where_pg_bin_says(monkeypatch, tmp_path):
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(CannotStart, match="PG_BIN names"):
        embedded.find_binaries()


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path, home):
    home.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (home / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotStart, match="belongs to somebody else"):
        Postgres(home).in_use().__enter__()


def test_valkey_is_shared_and_started_only_once(home):
    first, second = Valkey(home), Valkey(home)
    with first.in_use(), redis.Redis(unix_socket_path=str(first.socket)) as client:
        pid = client.info()["process_id"]
        with second.in_use():
            assert client.info()["process_id"] == pid
        assert first.answers()
    assert not first.alive()


def test_what_was_queued_survives_kill_9_of_valkey(home):
    server = Valkey(home)
    with server.in_use():
        with redis.Redis(unix_socket_path=str(server.socket)) as client:
            client.rpush("celery", *range(50))
            kill(client.info()["process_id"], server)
        server.revive()
        with redis.Redis(unix_socket_path=str(server.socket)) as client:
            assert client.llen("celery") == 50


def test_the_settings_follow_the_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("READINGGROUP_HOME", str(tmp_path))
    assert embedded.postgres_settings() == {
        "HOST": str(places.socket_folder(tmp_path)),
        "PORT": "5432",
        "NAME": "readinggroup",
        "USER": "app",
    }
    assert embedded.valkey_socket() == places.socket_folder(tmp_path) / "valkey.sock"
    assert list(tmp_path.iterdir()) == []


def test_outside_servers_replace_the_embedded_ones(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db.example.org/app")
    monkeypatch.setenv("BROKER_URL", "redis://broker.example.org")
    assert [server.name for server in embedded.needed_servers()] == ["Valkey"]
    monkeypatch.setenv("CACHE_URL", "redis://cache.example.org")
    assert embedded.needed_servers() == []


@pytest.mark.parametrize(
    ("words", "started"),
    [
        (["migrate"], True),
        (["sign_in_link", "a@example.org"], True),
        (["migrate", "--help"], False),
        (["makemigrations", "--check", "--dry-run"], False),
        (["makemessages", "-l", "zh_Hans"], False),
        (["render_markup"], False),
        (["--version"], False),
        ([], False),
    ],
)
def test_only_commands_that_need_the_database_start_it(monkeypatch, words, started):
    entered = []

    @contextmanager
    def server() -> Iterator[None]:
        entered.append(True)
        yield

    monkeypatch.setattr(embedded, "ensure_postgres", server)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with embedded.for_command(["manage.py", *words]):
        assert bool(entered) == started


def test_a_command_without_a_database_ends_with_a_sentence(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("READINGGROUP_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit, match="PostgreSQL cannot use the data folder"):
        embedded.for_command(["manage.py", "migrate"]).__enter__()


def test_a_terminated_command_stops_its_server(home):
    code = "import sys; from readinggroup import embedded\nwith embedded.for_command(['', 'migrate']):"
    code += "\n    print('in use', flush=True); sys.stdin.read()"
    environment = os.environ | {"READINGGROUP_HOME": str(home)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, **pipes) as process:
        assert process.stdout.readline() == "in use\n"
        process.terminate()
        assert process.wait(10) == 128 + signal.SIGTERM
    assert not Postgres(home).alive()
