"""Texts of the pages, of all files of :mod:`keepwell.web.locale.by_page` together."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from keepwell.web.locale import by_page
from keepwell.web.locale.message import Message

FILES: dict[str, dict[str, Message]] = {
    each.name: import_module(f"{by_page.__name__}.{each.name}").TEXTS
    for each in iter_modules(by_page.__path__)
}
"""Name of a file → its texts."""

TEXTS: dict[str, Message] = {key: text for texts in FILES.values() for key, text in texts.items()}
"""Key → text. That no key stands in two files is tested."""
