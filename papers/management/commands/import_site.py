from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import translation

from papers.archive.actions import bring_in
from papers.management.site_command import SiteCommand
from papers.refusals import Refused


class Command(SiteCommand):
    help = "Bring the whole site of an `export_site` file into this empty one. Example: import_site group.zip"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file that export_site wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with translation.override("en"), options["file"].open("rb") as file:
                counts = bring_in(file)
        except OSError as error:
            raise CommandError(f"The file was not read: {error.strerror} ({options['file']}).") from error
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count}")
