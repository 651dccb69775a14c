import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from papers.catalogue.exporting import as_json

FORMATS = ("json", "csv", "bibtex", "ris", "markdown")


class Command(BaseCommand):
    help = "Write the reading list to a file or to the terminal. Example: export_list --format json --output list.json"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--format", choices=FORMATS, default="json", help="the format: so far only json, which is the default"
        )
        parser.add_argument("--output", type=Path, help="the file to write; without it the list is printed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["format"] != "json":
            raise CommandError(
                f"The list cannot be written as {options['format']} yet; please ask for --format json.", returncode=2
            )
        text = json.dumps(as_json(), ensure_ascii=False, indent=1)
        if options["output"] is None:
            self.stdout.write(text)
            return
        try:
            options["output"].write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"The list was not written: {error.strerror} ({options['output']}).") from error
