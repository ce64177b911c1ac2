"""Personal values as they may be shown."""

from __future__ import annotations

import re

_PHONE_LONG, _PHONE_SHORT = 11, 7
_ID_LENGTHS = range(15, 19)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def mask(kind: str, value: str) -> str:
    """``138****8000``, ``a***@b.com``, ``王**``; of other kinds the first character. Short values show none.

    ``kind`` is ``phone``, ``email``, ``name``, ``national_id`` or anything else. The value need not be valid.
    """
    if kind == "phone":
        return _mask_phone(value)
    if kind == "email":
        return _mask_email(value)
    if kind == "national_id" and len(value) in _ID_LENGTHS and value.isascii():
        return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"
    if kind == "name":
        stars = "**" if _HAN.match(value) else "***"
        return value[0] + stars if len(value) > 1 else stars
    return value[0] + "***" if len(value) > 1 else "***"


def _mask_phone(value: str) -> str:
    number = value.partition(";")[0].removeprefix("+86")
    digits = re.sub(r"[^0-9*]", "", number)
    if len(digits) >= _PHONE_LONG:
        return f"{digits[:3]}****{digits[-4:]}"
    if len(digits) >= _PHONE_SHORT:
        return f"{digits[:2]}****{digits[-2:]}"
    return "****"


def _mask_email(value: str) -> str:
    local, at, domain = value.rpartition("@")
    if not at or not local:
        return mask("other", value)
    return f"{local[0] if len(local) > 1 else ''}***@{domain}"
