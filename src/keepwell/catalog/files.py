"""The files of a plan, as text: read from a folder, compared, fingerprinted."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from keepwell.catalog.kinds import FOLDERS
from keepwell.core.errors import PlanRefused, Problem
from keepwell.core.nearest import did_you_mean

SETTINGS_FILE = "keepwell.toml"
RATES_FILE = "rates.csv"
TOP_FILES = (SETTINGS_FILE, RATES_FILE)
WORK_FOLDER = ".keepwell"
MAX_FILES = 1_000
MAX_FILE_BYTES = 1_000_000


@dataclass(frozen=True, eq=False)
class PlanFiles(Mapping[str, str]):
    """Relative posix path → text of every file that defines the plan, by path; equal to any such mapping."""

    texts: Mapping[str, str] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", MappingProxyType(dict(sorted(self.texts.items()))))

    def __getitem__(self, path: str) -> str:
        return self.texts[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def sha256(self) -> str:
        """One fingerprint of all paths and texts."""
        canonical = json.dumps(dict(self.texts), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def difference(self, other: Mapping[str, str], *, names: tuple[str, str]) -> str:
        """A unified diff that turns these files into ``other``; ``names`` say what the two sides are."""
        lines: list[str] = []
        for path in sorted({*self, *other}):
            before, after = (self.get(path, ""), other.get(path, ""))
            lines += difflib.unified_diff(
                before.splitlines(),
                after.splitlines(),
                f"{path} ({names[0]})",
                f"{path} ({names[1]})",
                lineterm="",
            )
        return "\n".join(lines)


def read_folder(folder: Path) -> PlanFiles:
    """The plan's files under ``folder``: keepwell.toml, rates.csv and the .yml files of the known folders.

    Raises:
        PlanRefused: there is no plan here, a file is no UTF-8 text or too large, or a definition lies where
            nothing reads it; all problems at once.
    """
    if not (folder / SETTINGS_FILE).is_file():
        raise PlanRefused(
            f"there is no {SETTINGS_FILE} in {folder}",
            hint="go to a plan folder, or make one with `keepwell init DIR`",
        )
    texts: dict[str, str] = {}
    problems = _misplaced(folder)
    for path in plan_paths(folder):
        name = path.relative_to(folder).as_posix()
        text = _read(path, name)
        if isinstance(text, Problem):
            problems.append(text)
        else:
            texts[name] = text
    if len(texts) > MAX_FILES:
        problems.append(Problem(f"a plan has at most {MAX_FILES:,} files; this one has {len(texts):,}"))
    if problems:
        raise PlanRefused(problems)
    return PlanFiles(texts)


def earlier(now: PlanFiles, old: PlanFiles) -> PlanFiles:
    """An earlier version's definitions; settings and rates stay as they are now.

    keepwell.toml says where data and store lie, and the rates go with it: neither is undone with the definitions.
    """
    kept = {path: text for path, text in now.items() if path in TOP_FILES}
    return PlanFiles({**{path: text for path, text in old.items() if path not in TOP_FILES}, **kept})


def plan_paths(folder: Path) -> list[Path]:
    """The files under ``folder`` that belong to a plan, whether they can be read or not."""
    top = [folder / name for name in TOP_FILES]
    inside = [path for name in FOLDERS for path in sorted((folder / name).glob("*.yml"))]
    return [path for path in top + inside if path.is_file()]


def path_problem(name: str) -> Problem | None:
    """What is wrong with a path that claims to belong to a plan; files do not only come from folders."""
    if name in TOP_FILES or re.fullmatch(rf"({'|'.join(FOLDERS)})/[^/\\\x00-\x1f]{{1,200}}\.yml", name):
        return None
    return Problem(
        "a plan has no such file", file=name, hint=f"definitions are .yml files in {', '.join(FOLDERS)}"
    )


def _read(path: Path, name: str) -> str | Problem:
    if path.stat().st_size > MAX_FILE_BYTES:
        return Problem(
            f"the file is larger than {MAX_FILE_BYTES:,} bytes",
            file=name,
            hint="definitions are small; split it, and keep data elsewhere",
        )
    content = path.read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        return Problem(
            "this is not UTF-8 text",
            file=name,
            line=content[: error.start].count(b"\n") + 1,
            hint="save the file as UTF-8",
        )


def _misplaced(folder: Path) -> list[Problem]:
    """Definitions where nothing would read them: beside keepwell.toml, in an unknown folder, or as .yaml."""
    problems = []
    folders = ", ".join(f"{name}/" for name in FOLDERS)
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            found = sorted(path.glob("*.y*ml"))
            known = path.name in FOLDERS
            problems += [
                _wrong_place(each, folder, folders) for each in found if not known or _misnamed(each)
            ]
        elif path.suffix in {".yml", ".yaml"}:
            problems.append(_wrong_place(path, folder, folders))
    return problems


def _misnamed(path: Path) -> bool:
    return path.suffix == ".yaml"


def _wrong_place(path: Path, folder: Path, folders: str) -> Problem:
    inside = path.relative_to(folder)
    name = inside.as_posix()
    if len(inside.parts) == 1:
        return Problem("definitions lie in a folder", file=name, hint=f"move it into one of {folders}")
    if inside.parts[0] in FOLDERS:
        return Problem("a definition's file ends in .yml", file=name, hint="rename it")
    hint = did_you_mean(inside.parts[0], FOLDERS) or f"definitions lie in {folders}"
    return Problem(f"nothing reads definitions in the folder `{inside.parts[0]}`", file=name, hint=hint)
