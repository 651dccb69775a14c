from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from papers.archive.actions import export
from papers.management.site_command import SiteCommand


class Command(SiteCommand):
    help = "Write the whole site into one ZIP file, without passwords. Example: export_site group.zip"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write; one that is there is not written over")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        part = path.with_name(f"{path.name}.part")
        try:
            if path.exists():
                raise CommandError(f"{path} is there already, so nothing was written. Choose another name.")
            with part.open("wb") as file:
                counts = export(file, by=None)
            part.rename(path)
        except OSError as error:
            raise CommandError(f"The site was not written: {error.strerror} ({path}).") from error
        finally:
            part.unlink(missing_ok=True)
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count}")
