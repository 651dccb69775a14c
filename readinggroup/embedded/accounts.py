"""Under which account PostgreSQL runs. It refuses root, so root needs another one.

Root first tries a user namespace, in which root's files look like an ordinary user's: the data stays where it is, also
in a folder nobody else may enter. Containers often refuse namespaces; there the server runs as `nobody`, and what
`nobody` cannot reach is kept in a folder of its own. Permissions above the data folder are never changed.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from readinggroup.embedded.places import digest

NOBODY = 65534
NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


@dataclass(frozen=True)
class Account:
    """Who owns the server's files, and how a command is started in that name."""

    uid: int
    prefix: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def is_nobody(self) -> bool:
        return self.uid == NOBODY

    def run(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command in this account's name and return how it ended, with its output."""
        return subprocess.run(
            [*self.prefix, *command], capture_output=True, text=True, cwd="/", check=False, **self.options, **options
        )

    def can_run(self, command: list[str]) -> bool:
        """Return whether the command is reachable for this account and succeeds."""
        try:
            return self.run(command).returncode == 0
        except OSError:
            return False


def server_account() -> Account:
    """Return the account PostgreSQL runs under: our own, unless we are root."""
    if os.geteuid() != 0:
        return Account(os.geteuid())
    in_namespace = Account(0, prefix=NAMESPACE)
    if in_namespace.can_run(["true"]):
        return in_namespace
    return Account(NOBODY, options={"user": NOBODY, "group": NOBODY, "extra_groups": ()})


def hand_over(folder: Path, account: Account) -> None:
    """Give a folder and all in it to the account, where it is not its own already."""
    if folder.stat().st_uid == account.uid:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.uid, follow_symlinks=False)


def folder_of_nobody(home: Path) -> Path:
    """Return a folder that `nobody` can pass through, one for each data folder, made when it is missing."""
    folder = Path(f"/var/lib/readinggroup-{digest(home)}")
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    return folder


def copy_of_wheel(package: Path, *, to: Path) -> Path:
    """Copy the PostgreSQL wheel's folder and its libraries for an account that cannot read ours; return the copy."""
    copy = to / package.name
    if not copy.exists():
        unfinished = to / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(libraries, to / libraries.name, symlinks=True, dirs_exist_ok=True)
        shutil.copytree(package, unfinished, symlinks=True)
        unfinished.rename(copy)
    return copy
