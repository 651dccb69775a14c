import sys
from typing import Any

from django.core.management.base import BaseCommand

from papers import markup


class Command(BaseCommand):
    help = (
        "Read Markdown with LaTeX from standard input and print the HTML that a note would get. "
        "Example: echo 'Why $\\sqrt{d_k}$?' | python manage.py render_markup"
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        source = sys.stdin.buffer.read().decode(errors="replace")
        self.stdout.write(markup.render(source), ending="")
