"""Makes sure that the browser tests have a browser; fails loudly where none can be had.

The order is: a chromium on PATH; for root on Debian its packages, with the fonts Chinese needs; Playwright's own.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ["chromium", "fonts-noto-cjk"]
DOWNLOAD_SECONDS = 60


def on_path() -> str | None:
    """Return the path of an installed browser, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def playwrights_own() -> str | None:
    """Return the path of the browser that Playwright has downloaded, if it has."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def find() -> str | None:
    """Return the path of the browser the tests are to use."""
    return on_path() or playwrights_own()


def main() -> int:
    """Provide a browser; return 0 if there is one in the end."""
    if find():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing chromium for the browser tests ...", flush=True)
        quietly("apt-get", "update", "-qq")
        quietly("apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES)
    if not find():
        print("Downloading chromium for the browser tests ...", flush=True)
        quietly(sys.executable, "-m", "playwright", "install", "chromium", "--only-shell", seconds=DOWNLOAD_SECONDS)
    if find():
        return 0
    print(
        "The browser tests need chromium and none could be installed. Install it (Debian: apt install "
        f"{' '.join(PACKAGES)}) and run make test again.",
        file=sys.stderr,
    )
    return 1


def quietly(*command: str, seconds: float | None = None) -> None:
    """Run a command whose failure shows in what is there afterwards."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        print(f"{command[0]} took longer than {seconds} seconds.", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
