"""What the environment may say, checked once at the start: a bad value stops it with a sentence naming it."""

import re
import sys
import zoneinfo
from typing import NoReturn
from urllib.parse import unquote, urlsplit

import environ

LANGUAGES = ("zh-hans", "en")
SIGNUP_MODES = ("open", "apply", "invite", "closed")
LOOPBACK = ("127.0.0.1", "localhost", "::1")

env = environ.Env()


def refuse(name: str, why: str) -> NoReturn:
    """Stop the start with exit code 1 and one sentence on stderr that names the variable."""
    sys.stderr.write(f"The environment variable {name} cannot be used: {why}\n")
    raise SystemExit(1)


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Return the variable's value, which must be one of `allowed`."""
    value = env.str(name, default)
    if value not in allowed:
        refuse(name, f"{value!r} is none of {', '.join(allowed)}.")
    return value


def switch(name: str, default: bool) -> bool:
    """Return True for on, true, yes, 1 and False for off, false, no, 0."""
    value = env.str(name, "on" if default else "off").lower()
    if value in ("on", "true", "yes", "1"):
        return True
    if value in ("off", "false", "no", "0"):
        return False
    refuse(name, f"{value!r} is neither on nor off.")


def port(name: str, default: int) -> int:
    """Return a TCP port between 1 and 65535."""
    value = env.str(name, str(default))
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        refuse(name, f"{value!r} is not a port between 1 and 65535.")
    return int(value)


def time_zone(name: str, default: str) -> str:
    """Return the name of a zone in the IANA time zone database."""
    value = env.str(name, default)
    if value not in zoneinfo.available_timezones():
        refuse(name, f"{value!r} is not a time zone name such as Asia/Shanghai or Europe/Berlin.")
    return value


def web_address(name: str, default: str) -> str:
    """Return an address of another service, without a slash at its end."""
    said = env.str(name, default)
    if not re.match(r"https?://[^/\s]+", said):
        refuse(name, f"{said!r} is no address that begins with https:// or http://.")
    return said.rstrip("/")


def base_url(name: str, default: str) -> str:
    """Return the site's own address without a trailing slash."""
    value = env.str(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        refuse(name, f"{value!r} is not an address such as https://papers.example.org, without a path.")
    return value


def database(name: str) -> dict | None:
    """Return Django's settings of the outside PostgreSQL that the variable names, or None without one."""
    if not env.str(name, ""):
        return None
    try:
        settings = env.db_url(name)
    except (environ.ImproperlyConfigured, ValueError) as error:
        refuse(name, f"it is not a database address ({error}).")
    if settings["ENGINE"] != "django.db.backends.postgresql":
        refuse(name, "only PostgreSQL is supported; write postgresql://user:password@host:5432/name.")
    return settings


def mail(name: str) -> dict | None:
    """Return Django's SMTP settings for smtp://, smtp+tls:// and smtp+ssl:// addresses, or None without one.

    A password that would travel to another host without TLS is refused.
    """
    value = env.str(name, "")
    if not value:
        return None
    parts = urlsplit(value)
    if not re.fullmatch(r"smtp(\+tls|\+ssl)?", parts.scheme) or not parts.hostname:
        refuse(
            name,
            "write smtp+tls://user:password@host:587, smtp+ssl://user:password@host:465 or smtp://host:25.",
        )
    plain = parts.scheme == "smtp"
    if plain and parts.password and parts.hostname not in LOOPBACK:
        refuse(name, "the password would travel without TLS; write smtp+tls:// or smtp+ssl://.")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtp+ssl",
    }
