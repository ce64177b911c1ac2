"""Pydantic's errors as sentences for the person who wrote the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from keepwell.core.errors import Problem
from keepwell.core.nearest import did_you_mean

Path = tuple[str | int, ...]
"""Way from the top of a document to a value: keys and list positions."""

_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _: "this is missing",
    "extra_forbidden": lambda _: "there is no such key",
    "string_type": lambda _: "this must be text",
    "string_too_short": lambda _: "this is empty",
    "string_too_long": lambda ctx: f"this is longer than {_count(ctx['max_length'], 'character')}",
    "bool_parsing": lambda _: "this must be true or false",
    "bool_type": lambda _: "this must be true or false",
    "int_parsing": lambda _: "this must be a whole number",
    "int_type": lambda _: "this must be a whole number",
    "int_from_float": lambda _: "this must be a whole number",
    "tuple_type": lambda _: "this must be a list",
    "list_type": lambda _: "this must be a list",
    "dict_type": lambda _: "this must hold keys and values",
    "model_type": lambda _: "this must hold keys and values",
    "model_attributes_type": lambda _: "this must hold keys and values",
    "too_short": lambda ctx: f"this needs at least {ctx['min_length']}",
    "too_long": lambda ctx: f"this has more than {ctx['max_length']}",
    "greater_than": lambda ctx: f"this must be more than {ctx['gt']}",
    "greater_than_equal": lambda ctx: f"this must be at least {ctx['ge']}",
    "less_than_equal": lambda ctx: f"this must be at most {ctx['le']}",
    "literal_error": lambda ctx: f"this must be {_plain(ctx['expected'])}",
    "enum": lambda ctx: f"this must be {_plain(ctx['expected'])}",
    "value_error": lambda ctx: str(ctx["error"]),
}
_HINTS = {
    "string_type": "put it in quotes",
    "tuple_type": "write each item on its own line after `- `, or [a, b]",
}


def shape_problems(
    error: ValidationError, model: type[BaseModel], given: object
) -> Iterator[tuple[Path, Problem]]:
    """For each error: the path of the offending place in ``given``, and the problem without its place."""
    for detail in error.errors(include_url=False):
        path = _path_in(given, detail["loc"])
        if detail["type"] in {"missing", "extra_forbidden"}:
            path = (*path, detail["loc"][-1]) if path[-1:] != detail["loc"][-1:] else path
        yield path, Problem(_sentence(detail), field=show_path(path) or None, hint=_hint(detail, model))


def show_path(path: Path, *, first: int = 1) -> str:
    """``('cases', 0, 'when')`` as ``cases[1].when``: lists count from one, or from ``first``."""
    parts = [f"[{part + first}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")


def _sentence(detail: ErrorDetails) -> str:
    kind, found = detail["type"], detail["input"]
    if kind == "string_pattern_mismatch":
        # An address may hold a password, which no error repeats.
        return (
            "this is not allowed here"
            if "env:" in detail["ctx"]["pattern"]
            else f"`{found}` is not allowed here"
        )
    sentence = _SENTENCES.get(kind)
    text = sentence(detail.get("ctx", {})) if sentence else detail["msg"]
    if kind in {"literal_error", "enum"} and isinstance(found, str | int | float):
        shown = str(found).lower() if isinstance(found, bool) else found
        return f"{text}; found `{shown}`"
    return text


def _hint(detail: ErrorDetails, model: type[BaseModel]) -> str | None:
    kind, loc, found = detail["type"], detail["loc"], detail["input"]
    if kind == "extra_forbidden":
        known = _keys_at(model, loc[:-1])
        return did_you_mean(str(loc[-1]), known) or f"known here: {', '.join(known)}"
    if kind in {"literal_error", "enum"} and isinstance(found, str):
        return did_you_mean(found, re.findall(r"'([^']*)'", detail["ctx"]["expected"]))
    if kind == "string_pattern_mismatch" and detail["ctx"]["pattern"].startswith("^[a-z]"):
        return "a name begins with a small letter and goes on with a-z, 0-9 and _, 63 at most"
    if kind == "string_pattern_mismatch" and "env:" in detail["ctx"]["pattern"]:
        return (
            "write `env:NAME` of the variable that holds the address, or `sqlite:///path` in the plan folder"
        )
    return _HINTS.get(kind)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _plain(expected: str) -> str:
    """``'a', 'b' or 'c'`` without the quotation marks; ``True`` as YAML writes it."""
    return expected.replace("'", "").replace("True", "true")


def _path_in(given: object, loc: tuple[int | str, ...]) -> Path:
    """The parts of an error's location that are keys of the document; pydantic adds names of its own."""
    path: list[str | int] = []
    here = given
    for part in loc:
        is_key = isinstance(here, dict) and part in here
        is_item = isinstance(here, list | tuple) and isinstance(part, int) and part < len(here)
        if is_key or is_item:
            here = here[part]  # type: ignore[index]
            path.append(part)
    return tuple(path)


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that the model at the end of ``loc`` knows."""
    models = [model]
    for part in loc:
        inner = [
            found
            for each in models
            for name, field in each.model_fields.items()
            if part == (field.alias or name)
            for found in _models_in(field.annotation)
        ]
        models = inner or models
    return [field.alias or name for each in models for name, field in each.model_fields.items()]


def _models_in(annotation: object) -> list[type[BaseModel]]:
    """Every model inside a type such as ``dict[Name, ColumnMap] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models_in(part)]
