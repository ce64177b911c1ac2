"""Texts of the pages, of all files together."""

from __future__ import annotations

from keepwell.web.locale.by_page import (
    columns,
    customer,
    errors,
    explore,
    people,
    plan,
    runs,
    segments,
    shared,
    sign_in,
    sources,
    standing,
    today,
    units,
)
from keepwell.web.locale.message import Message

FILES = (
    columns,
    customer,
    errors,
    explore,
    people,
    plan,
    runs,
    segments,
    shared,
    sign_in,
    sources,
    standing,
    today,
    units,
)

TEXTS: dict[str, Message] = {key: text for file in FILES for key, text in file.TEXTS.items()}
"""Key → text. That no key stands in two files is tested."""
