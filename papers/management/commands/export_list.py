from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from papers.catalogue.exporting import WRITERS
from papers.management.site_command import SiteCommand


class Command(SiteCommand):
    help = "Write the reading list to a file or the terminal. Example: export_list --format bibtex --output list.bib"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=WRITERS, default="json", help="the format; without it JSON")
        parser.add_argument("--output", type=Path, help="the file to write; without it the list is printed")

    def handle(self, *args: Any, **options: Any) -> None:
        text = WRITERS[options["format"]]()
        if options["output"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            options["output"].write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"The list was not written: {error.strerror} ({options['output']}).") from error
