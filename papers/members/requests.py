"""The request as a view behind the sign-in sees it."""

from django.http import HttpRequest

from papers.members.models import Member


class MemberRequest(HttpRequest):
    """A request whose user is a member: SignInRequired has turned everybody else away. A type, never instantiated."""

    user: Member
