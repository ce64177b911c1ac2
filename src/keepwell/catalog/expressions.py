"""Checking the expressions of definitions, with errors that point into the plan's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from keepwell.catalog.draft import Entry
from keepwell.catalog.shapes import Path, show_path
from keepwell.catalog.yaml import Place
from keepwell.core.errors import ExpressionRefused, Problem
from keepwell.core.money import Currency
from keepwell.language.check import Checked, check
from keepwell.language.nodes import Node, field_names
from keepwell.language.parse import parse
from keepwell.language.types import Field, Record, Type

_parsed = lru_cache(maxsize=1_000)(parse)
"""The shipped expressions are the same in every plan, and most conditions in every window."""

SHIPPED_HINT = "your plan gives a field that this shipped definition uses another type: override this one too"


@dataclass(slots=True)
class Findings:
    """What checking found: problems, the checked expressions, and names whose type an error hides.

    An expression that uses a ``broken`` name is left alone: its own error, if any, cannot be told from the
    other's.
    """

    currency: Currency
    broken: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    expressions: dict[tuple[str, str], dict[str, Checked]] = field(default_factory=dict)
    _parsed: dict[tuple[str, str, Path], Node | None] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        """Note a problem."""
        self.problems.append(problem)

    def add_of(self, entry: Entry, problem: Problem) -> None:
        """Note a problem of an expression: of a family, which has it in every window, only the first at a place."""
        where = (problem.file, problem.line, problem.column, problem.field)
        told = ((each.file, each.line, each.column, each.field) for each in self.problems)
        if not entry.family or where not in told:
            self.add(problem)

    def names(self, entry: Entry, path: Path) -> frozenset[str]:
        """The names that the expression at ``path`` uses; none when it cannot be read."""
        node = self._node(entry, path)
        return field_names(node) if node is not None else frozenset()

    def check(
        self,
        entry: Entry,
        path: Path,
        fields: Mapping[str, Field],
        *,
        expect: Type | None = Type.FLAG,
        also: Type | None = None,
        hidden: Mapping[str, str] | None = None,
    ) -> Checked | None:
        """Check the expression at ``path`` over ``fields``; None, with its problems noted, when it is wrong.

        ``also`` is a type its value may have instead of the expected one. ``hidden`` are names that exist and
        may not be used, each with the reason.
        """
        node = self._node(entry, path)
        if node is None:
            return None
        names = field_names(node)
        for name in sorted(names & set(hidden or ())):
            what = f"an expression cannot use `{name}`, which {(hidden or {})[name]}"
            self.add_of(entry, entry.problem(what, path))
        if names & (self.broken | set(hidden or ())):
            return None
        try:
            checked = check(node, Record(fields, self.currency), expect=expect, also=also)
        except ExpressionRefused as refused:
            self._add_refused(entry, path, refused)
            return None
        key = (entry.definition.kind, entry.name)
        self.expressions.setdefault(key, {})[show_path(path, first=0)] = checked
        return checked

    def _node(self, entry: Entry, path: Path) -> Node | None:
        key = (entry.definition.kind, entry.name, path)
        if key not in self._parsed:
            try:
                self._parsed[key] = _parsed(entry.expression(path))
            except ExpressionRefused as refused:
                self._parsed[key] = None
                self._add_refused(entry, path, refused)
        return self._parsed[key]

    def _add_refused(self, entry: Entry, path: Path, refused: ExpressionRefused) -> None:
        text = entry.expression(path)
        for problem in refused.problems:
            at: Place | None = None
            if problem.line is not None:
                before = text.split("\n")[: problem.line - 1]
                offset = sum(len(line) + 1 for line in before) + (problem.column or 1) - 1
                at = entry.place_inside(path, offset)
            hint = SHIPPED_HINT if entry.shipped else problem.hint
            self.add_of(entry, entry.problem(problem.what, path, hint=hint, at=at))
