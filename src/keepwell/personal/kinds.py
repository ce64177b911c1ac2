"""Kinds of personal value that have a normal form."""

from __future__ import annotations

from typing import Literal, get_args

Kind = Literal["phone", "national_id", "email", "name"]
KINDS: tuple[Kind, ...] = get_args(Kind)
