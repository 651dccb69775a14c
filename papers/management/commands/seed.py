import time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone, translation

from papers.catalogue.seed_files import BrokenSeed
from papers.catalogue.seeding import load_group, load_list
from papers.management.site_command import SiteCommand
from papers.stages.actions import NotHere, build
from papers.stages.reading import STAGES, read_stage


class Command(SiteCommand):
    help = (
        "Load the reading list from seeds/, and the group's first values until an organiser has set it up. "
        "Running it again changes nothing, and what a member edited stays. With the stage first-week or mid-term also "
        "build a believable group to look around in, on a site that has no members yet. Example: seed --stage mid-term"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--stage", choices=["list", *STAGES], default="list", help="how far the group has come; list: not begun"
        )

    def handle(self, *args: Any, stage: str, **options: Any) -> None:
        try:
            with translation.override("en"):
                self.load()
                if stage in STAGES:
                    self.build(stage)
        except (BrokenSeed, NotHere) as error:
            raise CommandError(str(error)) from error

    def load(self) -> None:
        counts = load_list()
        load_group()
        self.stdout.write(
            f"The reading list is loaded: {counts.parts} new parts, {counts.papers} new papers, "
            f"{counts.entries} new places, {counts.mentioned} new works that are only mentioned, "
            f"{counts.edges} new lines of descent."
        )

    def build(self, name: str) -> None:
        began, stage = time.monotonic(), read_stage(name)
        if not build(stage, timezone.now(), self.stdout.write):
            self.stdout.write(f"The stage {name} is here already; nothing was added.")
            return
        organiser = next(key for key, person in stage.people.items() if person["role"] == "organiser")
        self.stdout.write(
            f"The stage {name} is built, in {time.monotonic() - began:.1f} s. To sign in as an organiser: "
            f"sign_in_link {organiser}@example.org"
        )
