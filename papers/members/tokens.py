"""Signed tokens for addresses that work without signing in.

A token says (kind, id, generation) and is signed with the site's key: it can be shown again at will and is revoked
by raising the generation kept in the database.
"""

from typing import NamedTuple

from django.core import signing


class Token(NamedTuple):
    id: int
    generation: int


def make(kind: str, id: int, generation: int = 0) -> str:
    """Return a URL-safe token, always the same: it bears no time."""
    return signing.Signer(salt=f"papers.{kind}").sign_object([id, generation])


def read(kind: str, token: str) -> Token | None:
    """Return what the token says, or None when it was not made here for this kind."""
    try:
        id, generation = signing.Signer(salt=f"papers.{kind}").unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Token(id, generation)
