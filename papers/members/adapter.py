"""How allauth meets our members: which mails it sends, what it says, and whom it lets in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from papers.members import letters
from papers.members.actions import is_here
from papers.members.models import Member
from papers.members.queries import member_with_address

# What allauth would say as a message after something was done. What is missing here stands on the page anyway.
MESSAGES = {
    "logged_out": _("You are signed out."),
    "password_changed": _("Your password is changed."),
    "password_set": _("You have a password now, and can use it to sign in."),
    "email_confirmed": _("%(email)s is now your address: you sign in with it, and mails go there."),
    "email_confirmation_failed": _("%(email)s belongs to another member, so your address stays as it was."),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "duplicate_email": _("This is your address already. Type the one you want to change to."),
        "email_password_mismatch": _(
            "Address and password do not belong together. Try again, or let a code be mailed to you."
        ),
        "email_taken": _("This address belongs to another member. Use another one."),
        "enter_current_password": _("This is not your current password. Try again, or ask for a new one by mail."),
        "incorrect_code": _("This is not the code in the newest mail. Please compare them."),
        "incorrect_password": _("This is not your password. Try again."),
        "too_many_login_attempts": _("That went wrong too often. Wait five minutes, then try again."),
        "rate_limited": _("A mail is on its way already. Wait a moment before you ask for another."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody joins by allauth's own page; joining has its own rules and pages."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail into the outbox, in our words."""
        name = template_prefix.removeprefix("account/email/")
        # Who changes their address has a language, though the new address is nobody's yet.
        member = context.get("user") or member_with_address(email)
        if name == "unknown_account" and member is not None and not is_here(member):
            letters.send("left", email)
            return
        facts = {fact: context[fact] for fact in ("code", "from_email", "to_email") if fact in context}
        letters.send(name, email, member=member, **facts)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say what was done in our words, and only where the page itself does not."""
        if message_template is not None:
            sentence = MESSAGES.get(message_template.removeprefix("account/messages/").removesuffix(".txt"))
            if sentence is None:
                return
            message = str(sentence) % (message_context or {})
        super().add_message(request, level, extra_tags=extra_tags, message=message)

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **facts: Any) -> HttpResponse | None:
        """Turn away who has left, after they have proved who they are."""
        if isinstance(user, Member):
            user.is_active = is_here(user)
        return super().pre_login(request, user, **facts)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/me/"

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return "/me/"
