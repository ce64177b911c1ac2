"""YAML 1.2 as plain values with their places; nothing that can explode or surprise.

Read from the parser's events, so that limits hold before anything is built. Text, numbers, ``true``,
``false`` and ``null`` are as in YAML 1.2: ``on``, ``no`` and ``yes`` are text, and so are days. Aliases,
anchors, tags, directives and repeated keys are refused.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from keepwell.catalog.shapes import Path
from keepwell.core.errors import Problem

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 20
MAX_DOCUMENTS = 1_000
MAX_VALUES = 20_000

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: line and column from 1, and its raw text, to find places inside it."""

    line: int
    column: int
    raw: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its values, and where the key of each path stands and where its value does."""

    file: str
    line: int
    body: dict[str, Value]
    keys: dict[Path, Place] = field(repr=False)
    values: dict[Path, Place] = field(repr=False)

    def place(self, path: Path) -> Place:
        """Where a path stands; where its nearest parent does when it is not there (a missing key)."""
        while path:
            if path in self.keys:
                return self.keys[path]
            path = path[:-1]
        return Place(self.line, 1)

    def value_at(self, path: Path) -> Value:
        """The value at a path that is there."""
        value: Value = self.body
        for part in path:
            value = value[part]  # type: ignore[index]
        return value

    def place_inside(self, path: Path, offset: int) -> Place:
        """Where character ``offset`` of a text value stands in the file, also in folded and block texts."""
        place = self.values.get(path) or self.place(path)
        raw_offset = _raw_offset(str(self.value_at(path)), place.raw, offset)
        before = place.raw[:raw_offset].split("\n")
        if len(before) == 1:
            return Place(place.line, place.column + raw_offset)
        return Place(place.line + len(before) - 1, len(before[-1]) + 1)


class _Refused(Exception):
    """Stops reading a file at its first error; YAML that is broken says nothing certain after it."""

    def __init__(self, what: str, line: int, column: int | None = None, hint: str | None = None) -> None:
        self.problem = Problem(what, line=line, column=column, hint=hint)


def read_documents(file: str, text: str) -> tuple[list[Document], list[Problem]]:
    """The documents of a YAML file, and the problem that stopped the reading if there was one."""
    documents: list[Document] = []
    try:
        if len(text) > MAX_CHARACTERS:
            raise _Refused(f"the file has more than {MAX_CHARACTERS:,} characters", 1)
        events = _events(text)
        for event in events:
            if isinstance(event, DocumentStartEvent):
                if len(documents) == MAX_DOCUMENTS:
                    raise _Refused(f"the file has more than {MAX_DOCUMENTS:,} documents", *_place(event))
                document = _Reader(file, text, events).document()
                documents += [document] if document else []
    except _Refused as refused:
        problem = refused.problem
        return documents, [
            Problem(problem.what, file=file, line=problem.line, column=problem.column, hint=problem.hint)
        ]
    return documents, []


def _events(text: str) -> Iterator[Event]:
    """The parser's events, with what no plan needs refused and syntax errors put in plain words."""
    yaml = YAML(typ="safe", pure=True)
    values = 0
    try:
        for event in yaml.parse(text):
            if isinstance(event, StreamEndEvent):
                return
            if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
                raise _Refused(
                    "directives such as %YAML are not used here", *_place(event), "remove the line"
                )
            if isinstance(event, AliasEvent):
                raise _Refused(
                    "an alias (*) is not used here", *_place(event), "write the value out, or quote it"
                )
            if isinstance(event, NodeEvent) and event.anchor:
                raise _Refused(
                    "an anchor (&) is not used here", *_place(event), "write the value out, or quote it"
                )
            if getattr(event, "ctag", None):
                raise _Refused("a tag (!) is not used here", *_place(event), "remove it, or quote the text")
            values += isinstance(event, NodeEvent)
            if values > MAX_VALUES:
                raise _Refused(f"the file has more than {MAX_VALUES:,} keys and values", *_place(event))
            yield event
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _Refused("this line has a character that is no text", line, hint="remove it") from None
    except MarkedYAMLError as error:
        raise _syntax_error(error, text) from None
    except (YAMLError, ValueError, IndexError, RecursionError) as error:
        raise _Refused(f"this is not YAML: {error}", 1) from None


_PLAIN_WORDS = (
    (r"found character '\\t'.*", "a line cannot begin with a tab"),
    (r"found character '(.)' that cannot start any token", r"a text cannot begin with `\1`"),
    (r"mapping values are not allowed here", "a `:` stands where no key can be"),
    (r"expected <block end>, but found .*", "this does not belong to what stands above it"),
    (r".*<stream end>.*|.*end of stream.*", "what begins here is never closed"),
)
"""The parser's sentences, and ours."""


def _syntax_error(error: MarkedYAMLError, text: str) -> _Refused:
    problem = str(error.problem or error.context)
    what = next(
        (re.sub(theirs, ours, problem) for theirs, ours in _PLAIN_WORDS if re.fullmatch(theirs, problem)),
        problem,
    )
    never_closed = what == _PLAIN_WORDS[-1][1]
    mark = (error.context_mark if never_closed else None) or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, None)
    lines = text.split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    hint = "a line reads `key: value` or `- item`, and what belongs together is indented alike"
    if never_closed:
        hint = "close the quote or bracket on the same line"
    elif "\t" in here[: len(here) - len(here.lstrip())] or "\\t" in problem:
        hint = "lines are indented with spaces, and this one has a tab"
    elif re.match(r"[^'\"]*: .*: ", here):
        hint = "a text that holds `: ` must be quoted, or stand on the lines after `key: >`"
    elif re.search(r":\s*[%@`\[{&*!|>]", here):
        hint = "a text that begins with a sign such as % @ { [ must be quoted"
    return _Refused(f"this is not YAML: {what}", line, column, hint)


@dataclass(slots=True)
class _Reader:
    """Builds one document from events."""

    file: str
    text: str
    events: Iterator[Event]
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)

    def document(self) -> Document | None:
        event = next(self.events)
        line, column = _place(event)
        body = self.value(event, ())
        next(self.events)  # the document's end
        if body is None:
            return None
        if not isinstance(body, dict):
            raise _Refused(
                "a document holds keys and values",
                line,
                column,
                "begin with the kind and the name, such as `measure: orders_90d`",
            )
        return Document(self.file, line, body, self.keys, self.values)

    def value(self, event: Event, path: Path) -> Value:
        line, column = _place(event)
        if len(path) > MAX_DEPTH:
            raise _Refused(f"this is nested more than {MAX_DEPTH} deep", line, column)
        if isinstance(event, MappingStartEvent):
            return dict(self.pairs(path))
        if isinstance(event, SequenceStartEvent):
            return list(self.items(path))
        assert isinstance(event, ScalarEvent)
        raw = self.text[event.start_mark.index : event.end_mark.index]
        self.values[path] = Place(line, column, raw)
        return event.value if event.style else plain_value(event.value)

    def pairs(self, path: Path) -> Iterator[tuple[str, Value]]:
        while isinstance(event := next(self.events), NodeEvent):
            line, column = _place(event)
            if not isinstance(event, ScalarEvent):
                raise _Refused("a key is a word, not a list or a mapping", line, column)
            inside = (*path, str(event.value))
            if inside in self.keys:
                first = self.keys[inside].line
                raise _Refused(
                    f"the key `{event.value}` stands here twice", line, column, f"first on line {first}"
                )
            self.keys[inside] = Place(line, column)
            yield event.value, self.value(next(self.events), inside)

    def items(self, path: Path) -> Iterator[Value]:
        for index in itertools.count():
            event = next(self.events)
            if not isinstance(event, NodeEvent):
                return
            self.keys[*path, index] = Place(*_place(event))
            yield self.value(event, (*path, index))


def plain_value(text: str) -> str | int | float | bool | None:
    """What an unquoted YAML 1.2 scalar means; numbers too long to be exact stay text."""
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text in {"true", "True", "TRUE"}:
        return True
    if text in {"false", "False", "FALSE"}:
        return False
    if re.fullmatch(r"[-+]?[0-9]{1,18}", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]{1,18}|[0-9]{1,18}(\.[0-9]{0,18})?)([eE][-+]?[0-9]{1,2})?", text):
        return float(text)
    return text


def _place(event: Event) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _raw_offset(value: str, raw: str, offset: int) -> int:
    """Where character ``offset`` of ``value`` stands in ``raw``: blanks match blanks, the rest must be equal.

    Folding, block and quote marks change blanks and beginnings only. Escapes change more: then the beginning.
    """
    skip = re.match(r"[|>][^\n]*\n|['\"]", raw)
    at = skip.end() if skip else 0
    for place, character in enumerate(value):
        if character.isspace():
            if place == offset:
                return at
            continue
        while at < len(raw) and raw[at].isspace():
            at += 1
        if at >= len(raw) or raw[at] != character:
            return skip.end() if skip else 0
        if place >= offset:
            return at
        at += 1
    return min(at, len(raw))
