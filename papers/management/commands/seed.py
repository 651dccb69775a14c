from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from papers.catalogue.seeding import BrokenSeed, load_group, load_list


class Command(BaseCommand):
    help = (
        "Load the reading list from seeds/, and the group's first values until an organiser has set it up. "
        "Running it again changes nothing, and what a member edited stays. Example: seed"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        pass

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_list()
            load_group()
        except BrokenSeed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"The reading list is loaded: {counts.parts} new parts, {counts.papers} new papers, "
            f"{counts.entries} new places."
        )
