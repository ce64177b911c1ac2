"""The arrows between rooms: import-linter's contracts in pyproject.toml, and what it cannot say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from support.code import LIVE, ROOT, rooms

PURE = ("core", "language")
PURE_EXCEPTION = "keepwell.language.to_ibis."
"""The one interpreter that needs an engine's library: ibis, and nothing else."""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("keepwell", include_external_packages=True, cache_dir=None)


def test_contracts_of_import_linter() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_core_and_language_need_the_standard_library_only(graph: grimp.ImportGraph) -> None:
    foreign = {
        (importer, imported)
        for room in PURE
        if room in rooms()
        for importer in {f"keepwell.{room}", *graph.find_descendants(f"keepwell.{room}")}
        for imported in graph.find_modules_directly_imported_by(importer)
        if not imported.startswith("keepwell") and imported not in sys.stdlib_module_names
    }
    assert not {pair for pair in foreign if not (pair[0].startswith(PURE_EXCEPTION) and pair[1] == "ibis")}


@pytest.mark.parametrize("room", sorted(LIVE - {"store"}))
def test_a_rooms_tables_are_its_own(graph: grimp.ImportGraph, room: str) -> None:
    tables = f"keepwell.{room}.tables"
    if tables not in graph.modules:
        return
    strangers = {
        importer
        for importer in graph.find_modules_that_directly_import(tables)
        if not importer.startswith((f"keepwell.{room}.", "keepwell.store.migrations"))
    }
    assert not strangers, f"only {room} and the migrations may import {tables}"


def test_the_stores_tables_lend_only_their_metadata(graph: grimp.ImportGraph) -> None:
    """Other rooms' ``tables.py`` join the one MetaData; nobody else reaches for the store's tables."""
    if "keepwell.store.tables" not in graph.modules:
        return
    strangers = {
        importer
        for importer in graph.find_modules_that_directly_import("keepwell.store.tables")
        if not importer.startswith("keepwell.store.") and not importer.endswith(".tables")
    }
    assert not strangers
