"""`manage.py serve`, really started: the first run, a second start, Ctrl-C, and a kill of everything."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings

MANAGE = [sys.executable, "-W", "ignore:No directory at", str(settings.BASE_DIR / "manage.py")]
HEALTHY_WITHIN = 90
LOCAL = ("PATH", "LANG", "TMPDIR", "HOME")


class Site:
    """A data folder of its own, and what runs from it."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home = home
        kept = {name: os.environ[name] for name in LOCAL if name in os.environ}
        self.environment = kept | {"READINGGROUP_HOME": str(home), "PORT": str(self.port), "CHECK_LINKS": "off"}

    def serve(self) -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen([*MANAGE, "serve"], env=self.environment, start_new_session=True, **pipes)

    def start(self) -> tuple[subprocess.Popen[str], str]:
        """Start the site and wait until it says its address; return the process and what it said."""
        process, said = self.serve(), ""
        for line in process.stdout:
            said += line
            # The line in Chinese is the last before the link, which is there only while there is no organiser.
            if "论文阅读小组" in line:
                break
        assert process.poll() is None, said
        return process, said

    def manage(self, *args: str) -> str:
        return subprocess.run(
            [*MANAGE, *args], env=self.environment, capture_output=True, text=True, check=True, timeout=60
        ).stdout

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[http.client.HTTPResponse, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response, text

    def wait_until_healthy(self) -> None:
        deadline = time.monotonic() + HEALTHY_WITHIN
        while time.monotonic() < deadline:
            with suppress(OSError):
                if self.ask("GET", "/healthz")[0].status == 200:
                    return
            time.sleep(0.1)
        pytest.fail(f"The site did not become healthy: {self.ask('GET', '/healthz')[1]}")

    def processes(self) -> list[int]:
        """Return every living process of this data folder: each has it in its environment or in its command line."""
        mark = str(self.home).encode()
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and int(folder.name) != os.getpid():
                with suppress(OSError):
                    if (
                        mark in (folder / "environ").read_bytes()
                        or mark in (folder / "cmdline").read_bytes()
                        or Path(os.readlink(folder / "cwd")).is_relative_to(self.home)
                    ):
                        found.append(int(folder.name))
        return found

    def is_silent(self, *, within: float = 20) -> bool:
        deadline = time.monotonic() + within
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.1)
        return not self.processes()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "var")
    yield site
    for pid in site.processes():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def hidden_token(page: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]


def sign_in(site: Site, link: str) -> str:
    """Do what a person does with a sign-in link, with a plain HTTP client; return the session's cookie."""
    path = urllib.parse.urlsplit(link.strip()).path
    response, page = site.ask("GET", path)
    assert response.status == 200
    csrf = response.headers["Set-Cookie"].split(";")[0]
    body = urllib.parse.urlencode({"csrfmiddlewaretoken": hidden_token(page)})
    response, _page = site.ask(
        "POST", path, body, **{"Cookie": csrf, "Content-Type": "application/x-www-form-urlencoded"}
    )
    assert response.status == 303
    cookies = [value.split(";")[0] for value in response.headers.get_all("Set-Cookie")]
    return "; ".join(cookies)


def test_the_first_run_seeds_the_list_prints_a_link_and_ctrl_c_leaves_nothing(site: Site):
    process, said = site.start()
    link = process.stdout.readline()
    assert "Reading the reading list ... done" in said
    assert re.search(r"http://127\.0\.0\.1:\d+/open/[\w-]{43}/", link)
    site.wait_until_healthy()
    # The list asks for a member; the link makes the first.
    assert site.ask("GET", "/papers/")[0].status == 302
    site.manage("add_member", "bob@example.org", "--name", "Bob")
    cookie = sign_in(site, site.manage("sign_in_link", "bob@example.org"))
    response, page = site.ask("GET", "/papers/", **{"Cookie": cookie})
    assert response.status == 200
    assert "Attention Is All You Need" in page

    second = site.serve()
    said = second.communicate(timeout=60)[0]
    assert second.returncode == 1
    assert f"as process {process.pid} at http://127.0.0.1:{site.port}" in said

    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 0, said
    assert site.is_silent(), site.processes()


def kill_everything(site: Site) -> None:
    """Kill every process of the site at once, again until none is left."""
    while pids := site.processes():
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def test_after_a_kill_of_everything_it_starts_again_and_has_what_was_committed(site: Site):
    process, _said = site.start()
    site.wait_until_healthy()
    for number in range(3):
        site.manage("add_member", f"member{number}@example.org", "--name", f"Member {number}")
        kill_everything(site)
        process.communicate()
        process, _said = site.start()
        site.wait_until_healthy()
    for number in range(3):
        assert "/open/" in site.manage("sign_in_link", f"member{number}@example.org")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert site.is_silent(), site.processes()
