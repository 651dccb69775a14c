"""Proving that an address is one's own: a code by mail, typed into the page that asks for it.

Until then nobody is made a member, nothing is used up, and nobody learns whether the address is a member's. What was
typed waits in the session.
"""

import secrets
import unicodedata
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from papers.joining import rules
from papers.members import letters
from papers.members.actions import is_here
from papers.members.queries import member_with_address
from papers.refusals import Refused

KEY = "joining"
TRIES = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to join, with which invite link's token if with one. The password is kept as its hash."""

    name: str
    email: str
    language: str
    time_zone: str
    password_hash: str
    token: str


def begin(request: HttpRequest, wish: Wish) -> None:
    """Keep the wish and mail a code to its address."""
    code = f"{secrets.randbelow(10**6):06}"
    request.session[KEY] = {
        "wish": asdict(wish),
        "code": hashed(code, wish.email),
        "until": timezone.now().timestamp() + settings.CODE_LIVES,
        "tries": 0,
    }
    member = member_with_address(wish.email)
    # Mail to those who left is not sent; this one says only that the address is theirs.
    letters.send("join_code", wish.email, member=member if member and is_here(member) else None, code=code)


def pending(request: HttpRequest) -> Wish | None:
    """Return the wish whose code is waited for, or None when there is none or it is too old."""
    kept = request.session.get(KEY)
    if kept is None or timezone.now().timestamp() >= kept["until"]:
        return None
    return Wish(**kept["wish"])


def check(request: HttpRequest, wish: Wish, code: str) -> None:
    """Compare the code with the newest that was mailed. Raises Refused (422); the fifth wrong one ends the wish."""
    kept: dict[str, Any] = request.session[KEY]
    # A Chinese keyboard may write the digits wide.
    digits = "".join(str(unicodedata.decimal(letter)) for letter in code if letter.isdecimal())
    if secrets.compare_digest(hashed(digits, wish.email), kept["code"]):
        return
    kept["tries"] += 1
    request.session[KEY] = kept
    left = TRIES - kept["tries"]
    if left < 1:
        forget(request)
    raise Refused(rules.why_code_is_wrong(tries_left=left), status=HTTPStatus.UNPROCESSABLE_ENTITY)


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def hashed(code: str, email: str) -> str:
    """Return what the session keeps of a code."""
    return salted_hmac("papers.joining", f"{email} {code}").hexdigest()
