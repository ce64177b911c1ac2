"""Random tokens, kept only hashed; and the token that a form must bring back."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_token() -> str:
    """256 random bits as text for a cookie or a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is kept of a token. A plain hash is enough: nobody guesses 256 bits."""
    return hashlib.sha256(token.encode()).digest()


def csrf_token(token: str) -> str:
    """What each form of this session carries, so that another site cannot send it.

    Before somebody is signed in, ``token`` is any random one in a cookie.
    """
    return hmac.digest(token.encode(), b"keepwell form 1", "sha256").hex()


def csrf_fits(token: str, given: str) -> bool:
    """Whether a form brought back the token of this session."""
    return hmac.compare_digest(csrf_token(token).encode(), given.encode())
