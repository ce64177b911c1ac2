"""The source code as the architecture tests read it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/keepwell"
SURFACES = frozenset({"cli", "web", "api", "worker"})
LIVE = frozenset({"store", "customers", "access", "publishing", "lists"})


def rooms() -> list[str]:
    """Every room there is: the packages directly in keepwell."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def python_files(*folders: str) -> list[Path]:
    """All Python files of the folders, as paths relative to the repository; what a bench installed is not ours."""
    found = (path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if ".work" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """A file of :func:`python_files`, parsed."""
    return ast.parse((ROOT / path).read_text("utf-8"))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file, nested ones included."""
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
