"""Databases in a first load: addresses that plan files may hold, and what tables there are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from keepwell.core.errors import InputRefused, Problem

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,62}")


def address_of(sql: str, folder: Path, environment: Mapping[str, str]) -> str:
    """The URL that ``env:NAME`` or ``sqlite:///PATH`` stands for. Raises InputRefused; never quotes a URL."""
    if sql.startswith("sqlite:///"):
        path = (folder / sql.removeprefix("sqlite:///")).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise InputRefused(
                Problem(
                    "this file lies outside the plan folder",
                    hint="put it into the folder, or link to it from there",
                )
            )
        return f"sqlite:///{path}"
    name = sql.removeprefix("env:")
    if not VARIABLE.fullmatch(name):
        raise InputRefused(
            Problem("a variable is named in capitals, digits and _", hint="for instance SHOP_DATABASE")
        )
    if not environment.get(name):
        raise InputRefused(
            Problem(
                f"the environment variable {name} is not set where Keepwell runs",
                hint=f"set {name} to the address of the database and start `keepwell serve` again; "
                "addresses with passwords never stand in plan files",
            )
        )
    return environment[name]
