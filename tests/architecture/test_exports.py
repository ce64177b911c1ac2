"""A package's ``__init__`` is its face: a docstring, re-exports, and ``__all__`` that names just those."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from support.code import python_files, tree

FACES = [path for path in python_files("src") if path.name == "__init__.py"]


@pytest.mark.parametrize("path", FACES, ids=lambda path: path.parent.name)
def test_a_package_has_a_face_and_nothing_else(path: Path) -> None:
    docstring, *rest = tree(path).body
    assert isinstance(docstring, ast.Expr), "the first line says what the room is"
    imported: set[str] = set()
    listed: set[str] = set()
    for node in rest:
        if isinstance(node, ast.ImportFrom):
            if node.module != "__future__":
                imported |= {alias.asname or alias.name for alias in node.names}
        else:
            assert isinstance(node, ast.Assign), ast.unparse(node)
            assert [ast.unparse(target) for target in node.targets] in (["__all__"], ["__version__"])
            if ast.unparse(node.targets[0]) == "__all__":
                listed = set(ast.literal_eval(node.value))
    assert imported == listed
