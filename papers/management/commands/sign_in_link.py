from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError

from papers.management.site_command import SiteCommand
from papers.members import actions
from papers.members.models import Member
from papers.refusals import Refused


class Command(SiteCommand):
    help = (
        "Print an address that signs a member in once, within 15 minutes. "
        "Example: manage.py sign_in_link li@example.org"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *, email: str, **options: Any) -> None:
        member = Member.objects.filter(email__iexact=email.strip()).first()
        if member is None:
            raise CommandError(f"Nobody here has the address {email}. Add them first: manage.py add_member --help")
        try:
            self.stdout.write(actions.sign_in_link(member))
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
