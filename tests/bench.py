"""Measures the pages of a believable group as a member sees them: requests a second, as ratios to a bare view.

    make bench              needs wrk (Debian: apt install wrk)

Absolute times on shared machines mean nothing, so the bare view (`tests/bare_site.py`) is measured in the same run,
on the same web server with as many processes. It is measured before and after; the two say how good the ratios are.
"""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

PROJECT = Path(__file__).resolve().parent.parent
PORT, BARE_PORT = 8147, 8148
SECONDS, CONNECTIONS = 5, 8
# As `manage.py serve` starts them.
WEB_PROCESSES = 2
MANAGE = [sys.executable, "-W", "ignore:No directory at", "manage.py"]
PAGES = ["/", "/papers/", "/papers/17/", "/sessions/", "/members/", "/digest/"]
MEMBER = "zhiyuan@example.org"


def main() -> int:
    if not shutil.which("wrk"):
        print("The benchmark needs wrk to make the load. Install it (Debian: apt install wrk).", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="readinggroup-bench-") as home:
        quiet = {"RATE_LIMITS": "off", "CHECK_LINKS": "off"}
        environment = os.environ | {"READINGGROUP_HOME": home, "PORT": str(PORT), **quiet}
        with running(environment), bare():
            run = {"cwd": PROJECT, "env": environment, "check": True, "text": True, "stdout": subprocess.PIPE}
            subprocess.run([*MANAGE, "seed", "--stage", "mid-term"], **run)
            cookie = sign_in(subprocess.run([*MANAGE, "sign_in_link", MEMBER], **run).stdout.strip())
            limit = measure(BARE_PORT, "/")
            print(f"{'page':14}{'ratio':>8}{'kB':>8}{'kB gzip':>9}   (bare view: {limit:.0f} requests a second)")
            for path in PAGES:
                body = get(path, cookie)
                ratio = measure(PORT, path, cookie) / limit
                print(
                    f"{path:14}{ratio:8.3f}{len(body) / 1000:8.1f}{len(zlib.compress(body, 6)) / 1000:9.1f}",
                    flush=True,
                )
            print(f"The bare view once more: {measure(BARE_PORT, '/') / limit:.2f} of what it was.")
    return 0


@contextmanager
def running(environment: dict[str, str]) -> Iterator[None]:
    """Run the site until the block ends."""
    site = subprocess.Popen([*MANAGE, "serve"], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True)
    assert site.stdout is not None
    try:
        for line in site.stdout:
            if "There is no organiser" in line:
                break
        yield
    finally:
        site.terminate()
        site.communicate()


@contextmanager
def bare() -> Iterator[None]:
    """Run the bare view in as many processes as the site has for its pages, on a socket like the site's."""
    with socket.create_server(("127.0.0.1", BARE_PORT), backlog=1024) as listener:
        # Connections inherit it; without it each answer would wait 40 ms for the acknowledgement of the one before.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        command = [sys.executable, "-m", "uvicorn", "tests.bare_site:application", "--fd", str(listener.fileno())]
        command += ["--no-access-log", "--log-level", "error"]
        servers = [subprocess.Popen(command, cwd=PROJECT, pass_fds=[listener.fileno()]) for _ in range(WEB_PROCESSES)]
        try:
            yield
        finally:
            for server in servers:
                server.terminate()
                server.wait()


def get(path: str, cookie: str, port: int = PORT) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Cookie": cookie})
    response = connection.getresponse()
    assert response.status == 200, f"{path}: {response.status}"
    return response.read()


def sign_in(link: str) -> str:
    """Use a sign-in link as a browser would; return the cookies."""
    path = urlsplit(link).path
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
    connection.request("GET", path)
    response = connection.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', response.read().decode())[1]
    cookie = response.headers["Set-Cookie"].split(";")[0]
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, urlencode({"csrfmiddlewaretoken": token}), headers)
    response = connection.getresponse()
    response.read()
    return "; ".join(value.split(";")[0] for value in response.headers.get_all("Set-Cookie"))


def measure(port: int, path: str, cookie: str = "") -> float:
    """Return the requests a second that were answered with 200. Raises RuntimeError when others came too."""
    command = ["wrk", "-t", "2", "-c", str(CONNECTIONS), "-H", f"Cookie: {cookie}", f"http://127.0.0.1:{port}{path}"]
    subprocess.run([*command, "-d", "1s"], capture_output=True, check=True)
    said = subprocess.run([*command, "-d", f"{SECONDS}s"], capture_output=True, check=True, text=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(f"{path} did not always answer 200:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


if __name__ == "__main__":
    raise SystemExit(main())
