"""Names say what a thing is in the business, not what shape its code has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from support.code import python_files, tree

BANNED = frozenset(
    {"service", "services", "manager", "helper", "helpers", "util", "utils", "base", "common", "misc"}
)


def named() -> Iterator[tuple[str, str]]:
    """Every module, class and function: where it is, and its name."""
    for path in python_files("src", "tests", "tools", "bench"):
        yield path.as_posix(), path.stem
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.as_posix()}:{node.lineno}", node.name


def words(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name, in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def test_words_of_a_name() -> None:
    assert words("parse_HTTPHeader2") == {"parse", "http", "header"}


def test_no_name_is_a_shelf_for_anything() -> None:
    found = [f"{where}: {name}" for where, name in named() if words(name) & BANNED]
    assert not found, "\n".join(found)
