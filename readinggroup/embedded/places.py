"""Where the data folder is, and where the sockets of its servers are."""

import hashlib
import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
# A socket's address has room for 104 bytes on macOS and 108 on Linux, the closing zero included.
LONGEST_SOCKET_PATH = 100
POSTGRES_SOCKET = ".s.PGSQL.5432"


def home() -> Path:
    """Return the data folder: READINGGROUP_HOME, or `var` in the project."""
    given = os.environ.get("READINGGROUP_HOME")
    return Path(given).expanduser().resolve() if given else PROJECT / "var"


def socket_folder(home: Path) -> Path:
    """Return `run` in the data folder, or a short folder of this account where that path is too long for a socket."""
    folder = home / "run"
    if len(os.fsencode(folder / POSTGRES_SOCKET)) <= LONGEST_SOCKET_PATH:
        return folder
    # Not tempfile.gettempdir(): it follows TMPDIR, so two terminals might look in two places.
    return Path(f"/tmp/readinggroup-{os.geteuid()}-{digest(home)}")  # noqa: S108 (private_folder() checks the owner)


def digest(home: Path) -> str:
    """Return twelve characters that differ from one data folder to the next."""
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
