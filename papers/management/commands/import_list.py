from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import translation

from papers.catalogue.importing import Outcome, import_records
from papers.formats.reading import FORMATS, Source, read
from papers.management.site_command import SiteCommand


class Command(SiteCommand):
    help = (
        "Add the papers of a file to the reading list: BibTeX, RIS, CSV, Markdown or plain text, or the JSON that "
        "export_list writes. What is here already stays as it is. Example: import_list papers.bib --dry-run"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file to read")
        parser.add_argument("--format", choices=["auto", *FORMATS], default="auto", help="the format; auto looks")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(f"The file was not read: {error.strerror} ({path}).") from error
        with translation.override("en"):
            source = read(data, name=path.name, format=options["format"])
            outcome = import_records(source.parsed, by=None, note=source.format, dry_run=options["dry_run"])
        outcome.skipped = source.skipped
        outcome.attached += source.attached
        self.say(outcome, source, dry_run=options["dry_run"])
        if not source.parsed.records and outcome.refused:
            raise CommandError("Nothing of the file could be read, so nothing was imported.")

    def say(self, outcome: Outcome, source: Source, *, dry_run: bool) -> None:
        would = "Would be done" if dry_run else "Done"
        counts = ", ".join(f"{name} {count}" for name, count in outcome.counts().items())
        self.stdout.write(f"{would}, read as {source.format}: {counts}")
        for unread in outcome.refused:
            line = " ".join(unread.text.split())[:120]
            self.stdout.write(f"line {unread.line}: {unread.reason} ({line})")
