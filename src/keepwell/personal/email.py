"""E-mail addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from keepwell.personal.invalid import Invalid
from keepwell.personal.text import MASKS, is_placeholder, narrow

_LONGEST = 254
_NAMED = re.compile(r".*<\s*([^<>]+?)\s*>")
_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\]\\.]+(?:\.[^\s@\"(),:;<>\[\]\\.]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TOP = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
_RESERVED_WORDS = """
    test invalid example localhost local
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())
_MADE_UP_WORDS = """
    example.com example.org example.net test.com none.com noemail.com nomail.com na.com
"""
_MADE_UP = frozenset(_MADE_UP_WORDS.split())
_NOBODY_WORDS = """
    none null n/a noemail no-email nomail nobody unknown test xxx notprovided 无
"""
_NOBODY = frozenset(_NOBODY_WORDS.split())
_SHORT = 4
_LOCAL_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address in the form that identifies: lower case, the domain in ASCII (``xn--…``)."""

    address: str = field(repr=False)


def email(text: str) -> Email | Invalid:
    """Bring an e-mail address to one form; dots and ``+tags`` stay: at most hosts they tell people apart."""
    bare = narrow(text)
    if not bare:
        return Invalid("empty")
    if len(bare) > 2 * _LONGEST:
        return Invalid("too_long")
    if is_placeholder(bare):
        return Invalid("placeholder")
    if named := _NAMED.fullmatch(bare):
        bare = named.group(1)
    bare = bare.lower().removeprefix("mailto:").strip().replace("。", ".")
    local, at, domain = bare.rpartition("@")
    if any(sign in bare for sign in MASKS):
        return Invalid("masked")
    if _is_made_up(local, domain):
        return Invalid("placeholder")
    ascii_domain = _ascii(domain)
    if not at or ascii_domain is None or len(local) > _LOCAL_LONGEST or not _LOCAL.fullmatch(local):
        return Invalid("not_an_email")
    if _is_made_up(local, ascii_domain):
        return Invalid("placeholder")
    address = f"{local}@{ascii_domain}"
    return Email(address) if len(address) <= _LONGEST else Invalid("too_long")


def _is_made_up(local: str, domain: str) -> bool:
    first, _, _ = domain.partition(".")
    _, _, top = domain.rpartition(".")
    if domain in _MADE_UP or top in _RESERVED or local in _NOBODY:
        return True
    # a@a.com, 123@123.com
    return local == first and len(local) <= _SHORT


# Hosts are few and name nobody, so they may be remembered.
@lru_cache(maxsize=10_000)
def _ascii(domain: str) -> str | None:
    """The domain in ASCII, or None when it is none."""
    try:
        found = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = found.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or not _TOP.fullmatch(labels[-1]):  # noqa: PLR2004
        return None
    return found
