"""Documented or it fails: what people can name has a sentence in the pages."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.code import PACKAGE, ROOT, rooms

DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def text_of(page: Path) -> str:
    return (ROOT / page).read_text("utf-8")


def test_reference_is_what_the_code_says() -> None:
    """Commands, settings, kinds of definition, errors and functions of the language are generated."""
    done = subprocess.run(
        [sys.executable, "tools/reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", sorted((DOCS / "reference").glob("*.md")), ids=lambda page: page.stem)
def test_nothing_in_the_reference_lacks_its_sentence(page: Path) -> None:
    """Every line of a table says what it means, every section has a text."""
    text = page.read_text("utf-8")
    headings: list[str] = []
    nameless = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells and "Meaning" in cells:
            headings = cells
        elif headings and cells and not cells[headings.index("Meaning")]:
            nameless.append(cells[0])
    empty = re.findall(r"^## (.+)\n+(?=## |\||\Z)", text, re.MULTILINE)
    assert not nameless, f"no meaning: {nameless}"
    assert not empty, f"no text: {empty}"


@pytest.mark.parametrize("room", rooms())
def test_the_glossary_knows_every_room(room: str) -> None:
    glossary = (DOCS / "glossary.md").read_text("utf-8")
    assert re.search(rf"^\| {room} \|", glossary, re.MULTILINE)


def test_every_environment_variable_is_in_the_pages() -> None:
    code = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    pages = "\n".join(text_of(page) for page in PAGES)
    undocumented = {name for name in re.findall(r"\bKEEPWELL_[A-Z0-9_]+\b", code) if name not in pages}
    assert not undocumented


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", text_of(page))
    broken = [target for target in targets if not (ROOT / page.parent / target).exists()]
    assert not broken


def test_every_record_of_a_decision_is_listed() -> None:
    listed = (DOCS / "decisions/README.md").read_text("utf-8")
    records = [path.name for path in (DOCS / "decisions").glob("[0-9]*.md")]
    assert [name for name in records if name not in listed] == []
