"""One definition's text inside its file: found, replaced, added; every other character stays as it is.

A line that begins with ``---`` ends a YAML document wherever it stands, also inside block texts, so that a file
can be cut at these lines without understanding what is between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.resources import files as package_files

from keepwell.catalog.draft import SHIPPED
from keepwell.catalog.files import MAX_FILE_BYTES, PlanFiles
from keepwell.catalog.kinds import FOLDERS, KINDS
from keepwell.catalog.load import load
from keepwell.catalog.plan import Origin, Plan
from keepwell.catalog.yaml import read_documents
from keepwell.core.errors import NotFound, PlanRefused, Problem

MAX_CHARACTERS_OF_ONE = 50_000
"""A definition that people edit on a page; whole files may be longer."""

_MARKER = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
_REST_OF_MARKER = re.compile(r"[ \t]*(#[^\r\n]*)?(\r\n|\n|\r)")


@dataclass(frozen=True, slots=True)
class Piece:
    """One document of a file: its ``text`` stands from character ``start``, which is on ``line`` (from 1)."""

    file: str
    line: int
    start: int
    text: str = field(repr=False)
    kind: str
    name: str

    @property
    def end(self) -> int:
        """The character after it."""
        return self.start + len(self.text)

    @property
    def is_shipped(self) -> bool:
        """Whether it stands in the library rather than in the plan's own files."""
        return self.file.startswith(SHIPPED)

    @property
    def last_line(self) -> int:
        """The line its last character stands on."""
        return self.line + self.text.rstrip("\n").count("\n")


def pieces(file: str, text: str) -> Iterator[Piece]:
    """Every definition of a file, also one that is switched off; comments between documents go with the one above."""
    starts = [0]
    for marker in _MARKER.finditer(text):
        rest = _REST_OF_MARKER.match(text, marker.end())
        starts.append(rest.end() if rest else marker.end())
    ends = [marker.start() for marker in _MARKER.finditer(text)] + [len(text)]
    for start, end in zip(starts, ends, strict=True):
        part = text[start:end]
        documents, problems = read_documents(file, part)
        if problems or len(documents) != 1:
            continue
        body = documents[0].body
        kind = next((key for key in body if key in KINDS), None)
        if kind is not None:
            yield Piece(file, text.count("\n", 0, start) + 1, start, part, kind, str(body[kind]))


def piece_of(files: PlanFiles, origin: Origin) -> Piece:
    """The definition that stands at ``origin``; of a shipped one, its text in the library.

    Raises:
        NotFound: the files have nothing there.
    """
    for piece in pieces(origin.file, _text(files, origin)):
        if piece.line <= origin.line <= piece.last_line:
            return piece
    raise NotFound(f"there is no definition at {origin.file}:{origin.line}")


def replaced(files: PlanFiles, piece: Piece, text: str) -> PlanFiles:
    """The plan's files with ``text`` in place of ``piece``.

    Line ends become those of the file. All other files and characters stay.

    Raises:
        PlanRefused: the text is too long, no YAML, or not exactly one definition; lines count within ``text``.
    """
    whole = files[piece.file]
    made = _one_definition(piece.file, text)
    if "\r\n" in whole:
        made = made.replace("\n", "\r\n")
    return _with(files, piece.file, whole[: piece.start] + made + whole[piece.end :])


def added(files: PlanFiles, text: str) -> PlanFiles:
    """The plan's files with a new definition: in a file named for it, after what stands there already.

    Raises:
        PlanRefused: as :func:`replaced`.
    """
    made = _one_definition("", text)
    path = path_of(made)
    return _with(files, path, _appended(files.get(path, ""), made))


def path_of(text: str) -> str:
    """The file in which a new definition would stand; ``text`` is one."""
    piece = next(pieces("", text))
    folder = next(folder for folder, kinds in FOLDERS.items() if piece.kind in kinds)
    return f"{folder}/{re.sub(r'[^A-Za-z0-9_]', '', piece.name)[:100] or piece.kind}.yml"


def _appended(before: str, made: str) -> str:
    if before:
        before += "---\n" if before.endswith("\n") else "\n---\n"
    return before + made


def without(files: PlanFiles, piece: Piece) -> PlanFiles:
    """The plan's files without one definition; a file that holds nothing else is gone.

    For what only switches another off: a definition itself stays in its file.
    """
    whole = files[piece.file]
    before, after = whole[: piece.start], whole[piece.end :]
    if after:
        after = re.sub(r"\A---[^\n]*\n?", "", after)
    else:
        before = re.sub(r"(\A|(?<=\n))---[^\n]*\n?\Z", "", before)
    if not (before + after).strip():
        return PlanFiles({path: text for path, text in files.items() if path != piece.file})
    return _with(files, piece.file, before + after)


def edited(files: PlanFiles, piece: Piece | None, text: str) -> PlanFiles:
    """``replaced``; of a shipped definition, the plan's own that overrides it from now on; of none, a new one."""
    return added(files, text) if piece is None or piece.is_shipped else replaced(files, piece, text)


def plan_with(files: PlanFiles, piece: Piece | None, text: str) -> tuple[PlanFiles, Plan]:
    """The files with ``text`` in place of the piece, and the plan that they make.

    Raises:
        PlanRefused: with everything that is wrong; lines of this definition count within ``text``.
    """
    try:
        made = edited(files, piece, text)
        return made, load(made)
    except PlanRefused as refused:
        piece = piece if piece and not piece.is_shipped else _as_added(files, text)
        raise PlanRefused([_within(piece, text, problem) for problem in refused.problems]) from None


def problems_of(files: PlanFiles, piece: Piece | None, text: str) -> tuple[Problem, ...]:
    """Everything that the plan would be refused for."""
    try:
        plan_with(files, piece, text)
    except PlanRefused as refused:
        return refused.problems
    return ()


def _as_added(files: PlanFiles, text: str) -> Piece | None:
    """Where a new definition stands in its file; None where it is none."""
    try:
        made, path = _one_definition("", text), path_of(text)
    except PlanRefused:
        return None
    start = len(files.get(path, ""))
    return next(
        (each for each in pieces(path, _appended(files.get(path, ""), made)) if each.start >= start), None
    )


def _one_definition(file: str, text: str) -> str:
    made = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(made) > MAX_CHARACTERS_OF_ONE:
        raise PlanRefused(
            Problem(
                f"the definition has {len(made):,} characters; at most {MAX_CHARACTERS_OF_ONE:,} are taken here",
                hint="edit its file in the plan folder and publish with `keepwell push`",
            )
        )
    documents, problems = read_documents(file, made)
    if problems:
        raise PlanRefused([replace(problem, file=file or None) for problem in problems])
    if len(documents) != 1 or _MARKER.search(made) or re.search(r"^\.\.\.", made, re.MULTILINE):
        raise PlanRefused(
            Problem(
                "this must be exactly one definition",
                file=file or None,
                line=1,
                hint="definitions are not deleted: switch one off with `off: true`",
            )
        )
    if not any(key in KINDS for key in documents[0].body):
        raise PlanRefused(
            Problem(
                "this says no kind", file=file or None, line=1, hint=f"begin with one of {', '.join(KINDS)}"
            )
        )
    return made if made.endswith("\n") else f"{made}\n"


def _with(files: PlanFiles, path: str, text: str) -> PlanFiles:
    if len(text.encode("utf-8", "replace")) > MAX_FILE_BYTES:
        raise PlanRefused(Problem(f"the file would be larger than {MAX_FILE_BYTES:,} bytes", file=path))
    return PlanFiles({**files, path: text})


def _text(files: PlanFiles, origin: Origin) -> str:
    if not origin.shipped:
        return files.get(origin.file, "")
    path = package_files("keepwell") / "library"
    return path.joinpath(origin.file.removeprefix(SHIPPED)).read_text("utf-8")


def _within(piece: Piece | None, text: str, problem: Problem) -> Problem:
    """A problem with its line counted from where the definition begins; as it is when it stands elsewhere."""
    lines = text.rstrip("\n").count("\n") + 1
    if piece is None or problem.file != piece.file or problem.line is None:
        return problem
    line = problem.line - piece.line + 1
    if not 1 <= line <= lines:
        return problem
    return Problem(problem.what, None, line, problem.column, problem.field, problem.hint)
