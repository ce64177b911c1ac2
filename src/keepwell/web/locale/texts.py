"""Texts of the pages, of all files together."""

from __future__ import annotations

from keepwell.web.locale.by_page import (
    access,
    audit,
    columns,
    conditions,
    customer,
    errors,
    explore,
    people,
    plan,
    reveal,
    runs,
    segments,
    shared,
    sign_in,
    sources,
    standing,
    start,
    system,
    today,
    units,
)
from keepwell.web.locale.message import Message

FILES = (
    reveal,
    access,
    audit,
    columns,
    conditions,
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
    system,
    today,
    start,
    units,
)

TEXTS: dict[str, Message] = {key: text for file in FILES for key, text in file.TEXTS.items()}
"""Key → text. That no key stands in two files is tested."""
