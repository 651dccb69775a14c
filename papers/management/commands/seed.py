from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from papers.catalogue.seeding import load_list


class Command(BaseCommand):
    help = (
        "Load the reading list from seeds/. Running it again changes nothing, and what a member edited stays. "
        "Example: seed"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        pass

    def handle(self, *args: Any, **options: Any) -> None:
        counts = load_list()
        self.stdout.write(
            f"The reading list is loaded: {counts.parts} new parts, {counts.papers} new papers, "
            f"{counts.entries} new places."
        )
