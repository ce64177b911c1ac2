"""Definitions as read, each with its document, before they are checked together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files as package_files

from pydantic import ValidationError

from keepwell.catalog.families import at_window, member, offset_in_family
from keepwell.catalog.files import MAX_FILES, RATES_FILE, SETTINGS_FILE, PlanFiles, path_problem
from keepwell.catalog.kinds import FOLDERS, KINDS, Definition, Family, definition
from keepwell.catalog.shapes import Path, shape_problems, show_path
from keepwell.catalog.windows import Window
from keepwell.catalog.yaml import MAX_DOCUMENTS, Document, Place, read_documents
from keepwell.core.errors import Problem
from keepwell.core.nearest import did_you_mean

SHIPPED = "library/"
"""Beginning of the path of a shipped definition's file, as people are told it."""

NAME_SPACES = {
    "source": "source",
    "segment": "segment",
    "measure": "field",
    "field": "field",
    "rhythm": "field",
    "ranking": "field",
    "tag": "field",
}
"""Kind → within which its names are unique."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A definition and where it stands; for one ``window`` of a ``family``, the definition that makes."""

    definition: Definition
    document: Document = field(repr=False)
    shipped: bool
    family: Family | None = field(default=None, repr=False)
    window: Window | None = None

    @property
    def name(self) -> str:
        """The definition's name."""
        return self.definition.name

    @property
    def key(self) -> tuple[str, str]:
        """Its kind and name."""
        return self.definition.kind, self.name

    @property
    def space(self) -> str:
        """Within what its name is unique."""
        return NAME_SPACES[self.definition.kind]

    @property
    def where(self) -> str:
        """``file:line``, to be named in the problem of another definition."""
        return f"{self.document.file}:{self.document.line}"

    @property
    def written_name(self) -> str:
        """The name that stands in the file."""
        return self.family.name if self.family else self.name

    def problem(
        self, what: str, path: Path = (), *, hint: str | None = None, at: Place | None = None
    ) -> Problem:
        """A problem of this definition, at the place of ``path`` in its document or exactly ``at`` one."""
        problem = _problem(self.document, path, what, hint, name=self.written_name)
        return replace(problem, line=at.line, column=at.column) if at else problem

    def expression(self, path: Path) -> str:
        """The text of the expression at ``path``."""
        text = self.document.value_at(path)
        assert isinstance(text, str)
        return at_window(text, self.window) if self.window else text

    def place_inside(self, path: Path, offset: int) -> Place:
        """Where character ``offset`` of :meth:`expression` stands in the file."""
        if self.window:
            offset = offset_in_family(str(self.document.value_at(path)), self.window, offset)
        return self.document.place_inside(path, offset)

    def members(self) -> Iterator[Entry]:
        """One entry for each window of a family; otherwise this one."""
        family = self.definition
        if isinstance(family, Family) and family.windows:
            for window in family.windows:
                yield replace(self, definition=member(family, window), family=family, window=window)
        else:
            yield self

    def at(self, window: Window) -> Entry:
        """The member of the same family for another window."""
        assert self.family
        return replace(self, definition=member(self.family, window), window=window)


@dataclass(frozen=True, slots=True)
class Off:
    """A document that switches a definition off; ``whole`` when it defines one, which is then laid aside."""

    kind: str
    name: str
    document: Document = field(repr=False)
    whole: bool

    @property
    def where(self) -> str:
        """``file:line``."""
        return f"{self.document.file}:{self.document.line}"

    def problem(self, what: str, *, hint: str | None = None) -> Problem:
        """A problem of the switch."""
        return _problem(self.document, ("off",), what, hint, name=self.name)


@dataclass(slots=True)
class Draft:
    """What was read: definitions, what is switched off, and names of definitions that could not be read."""

    entries: list[Entry] = field(default_factory=list)
    off: dict[tuple[str, str], Off] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def read_draft(files: PlanFiles) -> Draft:
    """The plan's own definitions."""
    draft = Draft()
    documents = 0
    for file, text in files.items():
        if problem := path_problem(file):
            draft.problems.append(problem)
            continue
        if file in {SETTINGS_FILE, RATES_FILE}:
            continue
        documents += _read_file(draft, file, text, shipped=False)
    if len(files) > MAX_FILES or max(documents, len(draft.entries)) > MAX_DOCUMENTS:
        what = f"a plan has at most {MAX_FILES:,} files and {MAX_DOCUMENTS:,} definitions"
        draft.problems.append(Problem(what, hint="each window of a family counts as one"))
    _refuse_repeated(draft)
    return draft


@cache
def shipped_entries() -> tuple[Entry, ...]:
    """The definitions that come with Keepwell."""
    draft = Draft()
    for folder in FOLDERS:
        where = package_files("keepwell") / "library" / folder
        for file in sorted(where.iterdir(), key=lambda each: each.name) if where.is_dir() else ():
            if file.name.endswith(".yml"):
                _read_file(draft, f"{SHIPPED}{folder}/{file.name}", file.read_text("utf-8"), shipped=True)
    assert not draft.problems, draft.problems
    return tuple(draft.entries)


def merge(own: Draft, shipped: Iterable[Entry]) -> Draft:
    """``own`` with the shipped definitions it neither overrides nor switches off.

    A family of the plan's own takes the place of the shipped one of its name in all windows that one has.
    """
    merged = replace(
        own, entries=list(own.entries), off=dict(own.off), broken=set(own.broken), problems=list(own.problems)
    )
    taken = {(entry.space, entry.name): entry for entry in own.entries}
    families = {(entry.definition.kind, entry.family.name): entry for entry in own.entries if entry.family}
    names = set()
    for entry in shipped:
        written = (entry.definition.kind, entry.written_name)
        names |= {entry.key, written}
        over = taken.get((entry.space, entry.name))
        if over and over.definition.kind != entry.definition.kind:
            merged.problems.append(
                over.problem(
                    f"Keepwell ships a {entry.definition.kind} of this name, and a {over.definition.kind} "
                    "cannot take its place",
                    hint="choose another name",
                )
            )
        elif not over and written in own.off:
            merged.off[entry.key] = own.off[written]
        elif not over and written[1] in own.broken:
            merged.broken.add(entry.name)
        elif not over and entry.key not in own.off and entry.name not in own.broken:
            instead = families.get(written)
            merged.entries.append(instead.at(entry.window) if instead and entry.window else entry)
    for (kind, name), off in own.off.items():
        if (kind, name) not in names and not off.whole:
            same = next((other for other, shipped_name in names if shipped_name == name), None)
            known = [shipped_name for other, shipped_name in names if other == kind]
            hint = f"it is a {same}" if same else did_you_mean(name, known)
            merged.problems.append(off.problem(f"Keepwell ships no {kind} `{name}` to switch off", hint=hint))
    return merged


def _read_file(draft: Draft, file: str, text: str, *, shipped: bool) -> int:
    documents, problems = read_documents(file, text)
    draft.problems += problems
    if problems:
        # What stands after the error is unknown; nobody shall hear that its names do not exist.
        draft.broken |= set(re.findall(rf"^(?:{'|'.join(KINDS)}):\s*(\w+)", text, re.MULTILINE))
    for document in documents:
        _read_document(draft, document, shipped=shipped)
    return len(documents)


def _read_document(draft: Draft, document: Document, *, shipped: bool) -> None:
    folder = document.file.removeprefix(SHIPPED).split("/")[0]
    kind = next(iter(document.body), "")
    if problem := _kind_problem(document, folder, kind) or _name_problem(document, kind):
        draft.problems.append(problem)
        draft.broken |= {value for value in document.body.values() if isinstance(value, str)}
        return
    name = document.body[kind]
    if document.body.get("off") is True and isinstance(name, str) and set(document.body) == {kind, "off"}:
        draft.off[kind, name] = Off(kind, name, document, whole=False)
        return
    try:
        entry = Entry(definition(kind, document.body), document, shipped)
    except ValidationError as error:
        draft.broken.add(str(name))
        given = {**document.body, "name": name}
        for path, problem in shape_problems(error, KINDS[kind], given):
            of_name = path == ("name",)
            found = _problem(
                document,
                (kind,) if of_name else path,
                problem.what,
                problem.hint,
                name=None if of_name else str(name),
            )
            draft.problems.append(found)
        return
    if entry.definition.off:
        draft.off[kind, entry.name] = Off(kind, entry.name, document, whole=True)
    else:
        draft.entries += entry.members()


def _kind_problem(document: Document, folder: str, kind: str) -> Problem | None:
    here = FOLDERS[folder]
    if kind in here:
        return None
    if kind in KINDS:
        home = next(name for name, kinds in FOLDERS.items() if kind in kinds)
        return _problem(document, (kind,), f"a {kind} does not belong in {folder}/", f"move it into {home}/")
    if found := next((key for key in document.body if key in here), None):
        return _problem(
            document, (found,), f"the kind comes first: `{found}: {document.body[found]}`", "move it up"
        )
    begin = " or ".join(f"`{each}: NAME`" for each in here)
    return _problem(
        document,
        (kind,),
        f"a document in {folder}/ begins with {begin}; found `{kind}`",
        did_you_mean(kind, here),
    )


def _name_problem(document: Document, kind: str) -> Problem | None:
    if "name" not in document.body:
        return None
    return _problem(
        document, ("name",), "there is no such key", f"the name stands after the kind: `{kind}: NAME`"
    )


def _refuse_repeated(draft: Draft) -> None:
    first: dict[tuple[str, str], Entry] = {}
    for entry in draft.entries:
        same = first.setdefault((entry.space, entry.name), entry)
        if same is not entry:
            name = entry.written_name if entry.written_name == same.written_name else entry.name
            draft.problems.append(
                entry.problem(
                    f"the name `{name}` is taken by a {same.definition.kind}", hint=f"see {same.where}"
                )
            )
    draft.entries = list(first.values())


def _problem(
    document: Document, path: Path, what: str, hint: str | None, *, name: str | None = None
) -> Problem:
    place = document.place(path)
    whose = ".".join(part for part in (name, show_path(path)) if part) or None
    return Problem(what, file=document.file, line=place.line, column=place.column, field=whose, hint=hint)
