"""Personal values as they may be shown."""

from __future__ import annotations


def mask(kind: str, value: str) -> str:
    """``138****8000``, ``a***@b.com``, ``王**``; of any other kind the first character. Short values show nothing."""
    raise NotImplementedError
