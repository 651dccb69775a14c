from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.db import transaction

from papers.management.site_command import SiteCommand
from papers.members import actions
from papers.members.models import Role
from papers.members.queries import the_group
from papers.refusals import Refused


class Command(SiteCommand):
    help = (
        "Make somebody a member. Example: manage.py add_member li@example.org --name 李明 --role organiser. "
        "They sign in by a code that is mailed to them, or by the link that sign_in_link prints."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", choices=Role.values, default=Role.MEMBER)

    def handle(self, *, email: str, name: str, role: str, **options: Any) -> None:
        group = the_group()
        try:
            with transaction.atomic():
                member = actions.add_member(
                    email, name=name, role=role, language=group.language, time_zone=group.time_zone
                )
                actions.log("add member", f"member:{member.pk}", by=None, after={"role": role})
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(f"{member.name} <{member.email}> is now {member.get_role_display()}.")
