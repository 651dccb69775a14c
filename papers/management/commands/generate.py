import argparse
import time
from typing import Any

from django.core.management.base import CommandError, CommandParser

from papers.management.site_command import SiteCommand
from papers.synthetic import actions

BAR = 40


class Command(SiteCommand):
    help = (
        "Fill the site with synthetic members, papers and texts (half notes, half posts in threads) to measure it "
        "under load; the same seed makes the same rows. Only on a site with nothing but the seeded list, unless "
        "--force. Example: generate --members 1000 --papers 100000 --posts 1000000 --seed 1"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--members", type=one_or_more, default=100, help="how many members (100)")
        parser.add_argument("--papers", type=one_or_more, default=1000, help="how many papers (1000)")
        parser.add_argument("--posts", type=none_or_more, default=10_000, help="how many notes and posts (10000)")
        parser.add_argument("--seed", type=int, default=1, help="another number makes other rows (1)")
        parser.add_argument("--force", action="store_true", help="also on a site that people use")

    def handle(
        self, *args: Any, members: int, papers: int, posts: int, seed: int, force: bool, **options: Any
    ) -> None:
        if not force and not actions.is_only_seeded():
            raise CommandError(
                "This site has more than the seeded list, so nothing was generated. "
                "Use a data folder of its own (READINGGROUP_HOME), or --force."
            )
        self.began, self.told = time.monotonic(), ""
        actions.generate(members=members, papers=papers, posts=posts, seed=seed, tell=self.tell)
        self.say("Measuring the tables ...")
        actions.tidy_up()
        self.say(
            f"Generated {members} members, {papers} papers and {posts} texts in "
            f"{time.monotonic() - self.began:.0f} s. To sign in as the first member: "
            f"sign_in_link {actions.FIRST_ADDRESS}"
        )

    def tell(self, what: str, done: int, total: int) -> None:
        """Draw a bar on a terminal; elsewhere write a line for each tenth."""
        if self.stdout.isatty():
            full = BAR * done // total
            self.stdout.write(f"\r{what:8}[{'#' * full}{' ' * (BAR - full)}] {done}", ending="")
            self.stdout.write("", ending="\n" if done == total else "")
            self.stdout.flush()
        elif (line := f"{what}: {10 * done // total * 10} %") != self.told:
            self.told = line
            self.say(f"{line}, {time.monotonic() - self.began:.0f} s")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def one_or_more(text: str) -> int:
    return number(text, least=1)


def none_or_more(text: str) -> int:
    return number(text, least=0)


def number(text: str, *, least: int) -> int:
    """Return the number that the text says. Raises argparse's error for anything else."""
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least}")
    return int(text)
